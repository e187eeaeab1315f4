/** The popup's own file: shows one survey and sends what is said. handover.ts says how it meets the loader. */

import { LEFT } from "../handover.ts";
import { now } from "../loader/time.ts";
import { frame } from "./frame.ts";
import { keep, load, ready } from "./loan.ts";
import { whenShown } from "./shown.ts";
import { leaveAfter } from "./thanks.ts";
import { walk } from "./walk.ts";

ready(
  walk(
    frame,
    whenShown,
    async ({ waiting }) => {
      keep(LEFT, waiting && `${now() + waiting.in * 1_000}`);
      if (waiting) (await load("leftover"))?.();
    },
    async (kind) => (await load("aside"))?.(kind),
    async (left, box) => (await load("resume"))?.(left, box),
    leaveAfter,
  ),
);
