/** What the package's types promise is what the code does. */
import { expectTypeOf, test } from "vitest";
import type { SurveyEvent } from "../package/index.ts";
import type { PopupEvent } from "../src/core/chunks.ts";

test("every event that a page hears of has its name in the types, and no other has", () => {
  expectTypeOf<SurveyEvent>().toEqualTypeOf<
    Exclude<PopupEvent, "closed"> | "unavailable" | "lost"
  >();
});
