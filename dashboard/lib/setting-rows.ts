/** The part of a component's JSON Schema that people are shown. */
export interface SettingSchema {
  title?: string;
  description?: string;
  type?: string | string[];
  default?: unknown;
  enum?: unknown[];
  deprecated?: boolean;
  required?: string[];
  properties?: Record<string, SettingSchema>;
  items?: SettingSchema;
  "x-muster-secret"?: boolean;
  "x-muster-advanced"?: boolean;
}

export interface SettingRow {
  /** As it stands in the YAML: `scrape_configs[].job_name`. */
  path: string;
  title: string;
  help: string;
  /** Such as "required", "a secret", "default 1s". */
  notes: string[];
}

/** Each setting by its path, in the schema's order; those that a form hides at first only with `advanced`. */
export function settingRows(schema: SettingSchema, advanced: boolean, above = ""): SettingRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, setting]) => {
    if (setting.deprecated || (setting["x-muster-advanced"] && !advanced)) return [];
    const path = `${above}${name}`;
    return [
      {
        path,
        title: setting.title ?? name,
        help: setting.description ?? "",
        notes: notesOf(schema, name, setting),
      },
      ...settingRows(setting, advanced, `${path}.`),
      ...settingRows(setting.items ?? {}, advanced, `${path}[].`),
    ];
  });
}

function notesOf(schema: SettingSchema, name: string, setting: SettingSchema): string[] {
  const values = setting.enum?.filter((one) => one !== "").join(", ") ?? "";
  return [
    schema.required?.includes(name) ? "required" : "",
    setting["x-muster-secret"] ? "a secret" : "",
    values === "" ? "" : `one of ${values}`,
    setting.default === undefined ? "" : `default ${JSON.stringify(setting.default)}`,
  ].filter((note) => note !== "");
}
