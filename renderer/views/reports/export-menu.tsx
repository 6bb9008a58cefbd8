import { Button, Menu } from "@mantine/core";
import type { ReactNode } from "react";

interface ExportMenuProps {
  readonly label: string;
  readonly items: readonly { readonly label: string; readonly save: () => void }[];
}

export function ExportMenu({ label, items }: ExportMenuProps): ReactNode {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target><Button>{label}</Button></Menu.Target>
      <Menu.Dropdown>{items.map((item) => <Menu.Item key={item.label} onClick={item.save}>{item.label}</Menu.Item>)}</Menu.Dropdown>
    </Menu>
  );
}
