import { keep, recall } from "./keep.ts";

/** 128 random bits in hex. Not `randomUUID`: that is missing on plain http. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    (byte + 256).toString(16).slice(1),
  ).join("");

export let visitor = recall("") || "";

export const renewVisitor = (): void => {
  visitor = randomId();
  keep("", visitor);
};

if (!visitor) renewVisitor();
