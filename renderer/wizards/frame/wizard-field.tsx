import { TextInput, type TextInputProps } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";

interface WizardFieldProps extends Omit<TextInputProps, "value" | "onChange"> {
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A field whose value lives in the address. The address follows a moment behind; what is being typed is never overtaken by it. */
export function WizardField({ value, onValue, ...props }: WizardFieldProps): ReactNode {
  const [typed, setTyped] = useState(value);
  const [isFocused, setFocused] = useState(false);
  useEffect(() => {
    if (!isFocused) setTyped(value);
  }, [value, isFocused]);
  return (
    <TextInput
      {...props} value={typed} onFocus={() => setFocused(true)} onBlur={() => setFocused(false)}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onValue(event.currentTarget.value);
      }}
    />
  );
}
