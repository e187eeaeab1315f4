/** The popup's own file: shows one survey and sends what is said. handover.ts says how it meets the loader. */

import { LEFT } from "../handover.ts";
import { frame } from "./frame.ts";
import { keep, load, ready } from "./loan.ts";
import { whenShown } from "./shown.ts";
import { leaveAfter } from "./thanks.ts";
import { walk } from "./walk.ts";

ready(
  walk(
    frame,
    whenShown,
    () => keep(LEFT),
    async (kind) => (await load("aside"))?.(kind),
    async (left, box) => (await load("resume"))?.(left, box),
    leaveAfter,
  ),
);
