import { Input } from "antd";

import { useText, type Key } from "../../i18n";
import { longestAt } from "../model/ranges";
import { useStudio } from "../studio_context";
import { Field } from "./field";

export interface TextFieldProps {
  readonly label: Key;
  readonly hint?: Key;
  readonly path: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

/** One line of lettering, as long as the schema allows. */
export function TextField(props: TextFieldProps) {
  const { label, hint, path, value, placeholder = "", onChange } = props;
  const t = useText();
  const { catalogue, settle } = useStudio();
  const longest = longestAt(catalogue.schema, path) ?? 60;
  return (
    <Field label={label} path={path} {...(hint === undefined ? {} : { hint })}>
      <Input
        aria-label={t(label)}
        value={value}
        placeholder={placeholder}
        maxLength={longest}
        showCount
        onChange={(event) => {
          onChange(event.target.value);
        }}
        onBlur={settle}
      />
    </Field>
  );
}
