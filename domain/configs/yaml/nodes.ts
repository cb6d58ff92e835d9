/** A place in the text; both from 1, columns in UTF-16 units. */
export interface Place {
  line: number;
  column: number;
}

export interface Entry {
  key: ScalarNode;
  value: YamlNode;
}

export interface MapNode {
  kind: "map";
  at: Place;
  /** As written, duplicates and `<<` included. */
  entries: Entry[];
}

export interface ListNode {
  kind: "list";
  at: Place;
  items: YamlNode[];
}

export interface ScalarNode {
  kind: "scalar";
  at: Place;
  value: string | number | bigint | boolean | null;
  /** As written, without quotes. */
  text: string;
  quoted: boolean;
}

/** An alias is the very node that its anchor names, so one node may stand in many places; never within itself. */
export type YamlNode = MapNode | ListNode | ScalarNode;

/** Merging costs at most so many entries in one text, however often maps name each other. */
const maxMerged = 200_000;

/** Looks entries up as a program does that knows `<<`: own entries win, and the first map that is merged over later ones. */
export class MapReader {
  readonly #known = new Map<MapNode, ReadonlyMap<string, Entry>>();
  #merged = 0;

  entries(map: MapNode): ReadonlyMap<string, Entry> {
    const known = this.#known.get(map);
    if (known) return known;
    const found = new Map<string, Entry>();
    for (const entry of map.entries) if (entry.key.text !== "<<") found.set(entry.key.text, entry);
    for (const entry of map.entries) {
      if (entry.key.text !== "<<") continue;
      const { value } = entry;
      for (const source of value.kind === "list" ? value.items : [value]) {
        if (source.kind !== "map") continue;
        for (const [key, inherited] of this.entries(source)) {
          if (++this.#merged > maxMerged) break;
          if (!found.has(key)) found.set(key, inherited);
        }
      }
    }
    this.#known.set(map, found);
    return found;
  }

  get(node: YamlNode | undefined, key: string): YamlNode | undefined {
    return node?.kind === "map" ? this.entries(node).get(key)?.value : undefined;
  }
}
