import { useEffect, useRef, useState } from "react";
import { TextField } from "../../ui/field.js";

const SETTLED_MS = 400;

/** A field of a filter, told of once its reader has stopped typing. */
export function SearchField(props: {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  problem?: string | undefined;
}) {
  const { label, name, value, onChange, problem } = props;
  const [text, setText] = useState(value);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => tell.current(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <TextField
      label={label}
      name={name}
      type="search"
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.target.value)}
      problem={problem}
    />
  );
}
