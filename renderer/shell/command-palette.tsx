import { useComputedColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { jobSubject } from "../job-subject.ts";
import { useBundles, useChangeSettings, useJobs, useMeasureMachine, useModels } from "../queries.ts";
import { useLocale } from "../texts/locale.tsx";
import { shownText } from "../texts/shown-text.ts";
import { WIZARDS } from "../wizards/wizards.ts";
import { PLACES } from "./places.ts";

/** The newest; older ones are found on the page of the jobs. */
const JOBS_LISTED = 30;
const SHOWN = 60;

/** Everything that can be gone to or done, from anywhere, by a few letters of its name. */
export function CommandPalette(): ReactNode {
  const { texts } = useLocale();
  const groups = useCommands();
  return (
    <Spotlight
      actions={groups} shortcut={["mod + K"]} limit={SHOWN} nothingFound={texts.palette.nothing} highlightQuery lockScroll={false} scrollable maxHeight={420}
      searchProps={{ placeholder: texts.palette.placeholder, "aria-label": texts.palette.placeholder }}
    />
  );
}

function useCommands(): SpotlightActionGroupData[] {
  const { texts, wizards } = useLocale();
  const navigate = useNavigate();
  const models = useModels().data;
  const jobs = useJobs().data;
  const bundles = useBundles().data;
  const colorScheme = useComputedColorScheme("light");
  const { mutate: changeSettings } = useChangeSettings();
  const { mutate: measure } = useMeasureMachine();
  return useMemo(() => [
    { group: texts.palette.groupPlaces, actions: PLACES.map(({ id, path }) => ({ id: `place ${id}`, label: texts.places[id], onClick: () => void navigate({ to: path }) })) },
    {
      group: texts.palette.groupModels,
      actions: (models ?? []).map(({ id, name, recipe }) => ({
        id: `model ${id}`, label: shownText(name, 100), description: `${id}${recipe === null ? "" : `, ${recipe}`}`, onClick: () => void navigate({ to: "/models/$id", params: { id } }),
      })),
    },
    {
      group: texts.palette.groupBundles,
      actions: (bundles ?? []).map(({ id, name }) => ({ id: `bundle ${id}`, label: shownText(name, 100), description: id, onClick: () => void navigate({ to: "/bundles/$id", params: { id } }) })),
    },
    {
      group: texts.palette.groupJobs,
      actions: (jobs ?? []).slice(0, JOBS_LISTED).map((job) => ({
        id: `job ${job.id}`, label: `${texts.jobs.kind[job.kind]} ${jobSubject(job)}`, description: `${job.id}, ${texts.jobs.state[job.state]}`, onClick: () => void navigate({ to: "/jobs/$id", params: { id: job.id } }),
      })),
    },
    {
      group: texts.palette.groupActions,
      actions: [
        ...WIZARDS.map(({ id, path }) => ({ id: `wizard ${id}`, label: wizards[id].title, description: wizards[id].lead, onClick: () => void navigate({ to: path }) })),
        { id: "do theme", label: texts.palette.switchTheme, onClick: () => changeSettings({ theme: colorScheme === "dark" ? "light" : "dark" }) },
        { id: "do measure", label: texts.palette.measureMachine, onClick: () => { measure(); void navigate({ to: "/machine" }); } },
        { id: "do audit", label: texts.palette.verifyAudit, onClick: () => void navigate({ to: "/audit" }) },
      ],
    },
  ], [texts, wizards, navigate, models, jobs, bundles, colorScheme, changeSettings, measure]);
}
