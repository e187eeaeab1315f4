import { key } from "./tag.ts";

const memory: Record<string, string> = {};

/** localStorage may be absent, full or forbidden: then memory serves for this page. */
export const recall = (name: string): string | undefined => {
  try {
    return localStorage.getItem(key + name) ?? memory[name];
  } catch {
    return memory[name];
  }
};

/** An empty text is nothing. */
export const keep = (name: string, value = ""): void => {
  memory[name] = value;
  try {
    localStorage.setItem(key + name, value);
    delete memory[name];
  } catch {}
};
