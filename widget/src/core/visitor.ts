import { keep, recall } from "./keep.ts";
import { randomId } from "./random_id.ts";

export let visitor: string;

export const renewVisitor = (): void => {
  visitor = randomId();
  keep("", visitor);
};

export const recallVisitor = (): void => {
  visitor = recall("") as string;
  if (!visitor) renewVisitor();
};
