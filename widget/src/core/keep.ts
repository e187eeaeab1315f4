import { key } from "./tag.ts";
import { unwanted } from "./unwanted.ts";

let memory: Record<string, string> = {};

/** localStorage may be absent, full or forbidden. We use it only while we are allowed to. */
const storage = (): Storage => (unwanted ? undefined : localStorage) as Storage;

/** Falls back to memory, which lasts for this page. */
export const recall = (name: string): string | undefined => {
  let kept: string | null | undefined;
  try {
    kept = storage().getItem(key + name);
  } catch {}
  return kept ?? memory[name];
};

/** An empty value counts as nothing. */
export const keep = (name: string, value = ""): void => {
  try {
    storage().setItem(key + name, value);
  } catch {
    memory[name] = value;
  }
};

export const forgetAll = (): void => {
  memory = {};
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const name in storage) if (name.startsWith(key)) storage.removeItem(name);
    }
  } catch {}
};
