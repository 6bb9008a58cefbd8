import { spotlight } from "@mantine/spotlight";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLocale } from "../texts/locale.tsx";
import { WIZARDS } from "../wizards/wizards.ts";
import { PlaceIcon } from "./place-icon.tsx";
import { PLACES } from "./places.ts";
import styles from "./rail.module.css";

export function Rail(): ReactNode {
  const { texts, wizards } = useLocale();
  return (
    <nav className={styles["rail"]} aria-label={texts.places.label}>
      <p className={styles["product"]}>{texts.common.product}</p>
      <ul className={styles["places"]}>
        {PLACES.map(({ id, path }) => (
          <li key={id}>
            <Link to={path} className={styles["place"]} activeOptions={{ exact: path === "/" }} activeProps={{ "aria-current": "page" }}>
              <PlaceIcon place={id} />
              {texts.places[id]}
            </Link>
          </li>
        ))}
      </ul>
      <ul className={`${styles["places"]} ${styles["wizards"]}`}>
        {WIZARDS.map(({ id, path }) => (
          <li key={id}>
            <Link to={path} className={styles["place"]} activeProps={{ "aria-current": "page" }}>{wizards[id].title}</Link>
          </li>
        ))}
      </ul>
      <button type="button" className={styles["palette"]} onClick={spotlight.open}>
        {texts.palette.open}
        <kbd dir="ltr">Ctrl K</kbd>
      </button>
    </nav>
  );
}
