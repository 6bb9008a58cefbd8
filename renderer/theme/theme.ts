import { Button, createTheme, Drawer, InputWrapper, Modal, Popover, SegmentedControl, Select, TextInput, Tooltip } from "@mantine/core";

/**
 * The figures of the theme stand in theme.css: Mantine would write them into a <style> element, which the content policy (main/hosts/page-policy.ts) refuses.
 * For the same reason nothing locks scrolling (that library adds a <style>) and no component is given sizes per breakpoint.
 */
export const theme = createTheme({
  respectReducedMotion: true,
  cursorType: "pointer",
  focusRing: "auto",
  autoContrast: false,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm", variant: "default" } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
    InputWrapper: InputWrapper.extend({ vars: () => ({ label: {}, error: {}, success: {}, description: { "--input-description-size": "var(--mantine-font-size-sm)" } }) }),
    Modal: Modal.extend({ defaultProps: { lockScroll: false } }),
    Popover: Popover.extend({ defaultProps: { withinPortal: true } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: "sm" } }),
    Select: Select.extend({ defaultProps: { size: "sm", allowDeselect: false } }),
    TextInput: TextInput.extend({ defaultProps: { size: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, multiline: true, maw: 420 } }),
  },
});
