import { me } from "./identity.ts";
import { keep, recall } from "./keep.ts";
import { randomId } from "./random_id.ts";

export const renewVisitor = (): void => {
  me.visitor_ = randomId();
  keep("", me.visitor_);
};

export const recallVisitor = (): void => {
  me.visitor_ = recall("");
  if (!me.visitor_) renewVisitor();
};
