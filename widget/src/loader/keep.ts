import { key } from "./tag.ts";

const memory: Record<string, string | null> = {};

/** localStorage may be absent, full or forbidden: then memory serves for this page. */
export const recall = (name: string): string | null | undefined => {
  try {
    return localStorage.getItem(key + name) ?? memory[name];
  } catch {
    return memory[name];
  }
};

export const keep = (name: string, value: string | null): void => {
  memory[name] = value;
  try {
    if (value === null) localStorage.removeItem(key + name);
    else localStorage.setItem(key + name, value);
    delete memory[name];
  } catch {}
};
