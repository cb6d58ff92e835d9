import { type ComponentProps, createContext, useContext } from "react";
import { SelectField, TextField } from "../../ui/field.tsx";

type Errors = readonly { path: string; message: string }[];

const FieldErrors = createContext<Errors>([]);
/** What the server refused, by JSON path such as `strategy.steps[0].agents`. */
export const FieldErrorsProvider = FieldErrors.Provider;

/** The refusal of the field at any of the paths. */
export function useFieldError(...paths: string[]): string | undefined {
  return useContext(FieldErrors).find((error) => paths.includes(error.path))?.message;
}

/** Whether anything at the path or below it was refused. */
export function useHasError(path: string): boolean {
  return useContext(FieldErrors).some(
    (error) => error.path === path || error.path.startsWith(`${path}.`) || error.path.startsWith(`${path}[`),
  );
}

/** A field of the plan, with the server's refusal of it. */
export function PlanText({ path, ...rest }: ComponentProps<typeof TextField> & { path: string }) {
  return <TextField {...rest} error={useFieldError(path)} />;
}

export function PlanNumber(props: ComponentProps<typeof PlanText>) {
  return <PlanText inputMode="decimal" {...props} />;
}

export function PlanSelect({ path, ...rest }: ComponentProps<typeof SelectField> & { path: string }) {
  return <SelectField {...rest} error={useFieldError(path)} />;
}
