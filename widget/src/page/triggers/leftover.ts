/**
 * Loaded if an invitation may be left over: asks for the invitation when it is due. See chunks.ts
 * for its interface.
 */
import { LEFT } from "../../core/chunks.ts";
import { ask, ready, recall } from "../../core/from_loader.ts";
import { LONGEST_TIMER, later, now } from "../../core/time.ts";

/** In ms. Maximum time that an invitation waits for its person. */
const WAITS = 900_000;

const asking = new Set<string | undefined>();

/** Waits for quiet without a limit; the server expires the invitation. */
const askInvitation = async (invitation?: string): Promise<void> => {
  if (asking.has(invitation)) return;
  asking.add(invitation);
  await ask({ kind: "invitation" }, Number.POSITIVE_INFINITY, () => asking.delete(invitation));
  asking.delete(invitation);
};

/** Asks for a leftover invitation when it is due. */
const askWhenDue = (): void => {
  const due = Number(recall(LEFT));
  if (due && now() < due + WAITS) {
    later(Math.min(due - now(), LONGEST_TIMER), () => {
      // Another tab may have handled it in the meantime, or replaced it by a later one.
      const left = Number(recall(LEFT));
      if (left && left <= due) askInvitation();
    });
  }
};

ready({ askInvitation_: askInvitation, askWhenDue_: askWhenDue });
