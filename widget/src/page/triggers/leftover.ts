/**
 * Loaded where an invitation may be left over: asks for it when its time has come. chunks.ts says
 * how it meets the loader.
 */
import { LEFT } from "../../core/chunks.ts";
import { ask, ready, recall } from "../../core/from_loader.ts";
import { LONGEST_TIMER, later, now } from "../../core/time.ts";

/** Longest that an invitation waits for its person. */
const WAITS = 900_000;

const asking = new Set<string | undefined>();

/** An invitation waits for quiet as long as it likes; the server lets it expire. */
const askInvitation = async (invitation?: string): Promise<void> => {
  if (asking.has(invitation)) return;
  asking.add(invitation);
  await ask({ kind: "invitation" }, Number.POSITIVE_INFINITY, () => asking.delete(invitation));
  asking.delete(invitation);
};

/** Asks for what is left over, once it is due. */
const askWhenDue = (): void => {
  const due = Number(recall(LEFT));
  if (due && now() < due + WAITS) {
    later(Math.min(due - now(), LONGEST_TIMER), () => {
      // Another tab may have settled it meanwhile, or what is left now is due later.
      const left = Number(recall(LEFT));
      if (left && left <= due) askInvitation();
    });
  }
};

ready({ askInvitation_: askInvitation, askWhenDue_: askWhenDue });
