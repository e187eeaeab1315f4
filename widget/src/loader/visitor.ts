import { keep, recall } from "./keep.ts";

/** 128 random bits in hex. Not `randomUUID`: that is missing on plain http. */
export const randomId = (): string =>
  crypto
    .getRandomValues(new Uint8Array(16))
    .reduce((id, byte) => id + (byte + 256).toString(16).slice(1), "");

export let visitor: string;

export const renewVisitor = (): void => {
  visitor = randomId();
  keep("", visitor);
};

export const recallVisitor = (): void => {
  visitor = recall("") as string;
  if (!visitor) renewVisitor();
};
