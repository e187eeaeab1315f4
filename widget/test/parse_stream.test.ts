import { expect, test } from "vitest";
import { parseStream } from "../src/page/triggers/parse_stream.ts";

const STREAM =
  ": ok\n\n" +
  'id: 7\nevent: invitation\ndata: {"invitation":"inv_ä"}\n\n' +
  ": beat\n\n" +
  "event: reconnect\n\n" +
  'event: rules\ndata: {"version":3,"surveys":["s: 1"]}\n\n';

const EVENTS = [
  ["invitation", '{"invitation":"inv_ä"}', "7"],
  ["reconnect", undefined, undefined],
  ["rules", '{"version":3,"surveys":["s: 1"]}', undefined],
];

const read = (...pieces: string[]) => {
  const events: unknown[] = [];
  const feed = parseStream((...event) => events.push(event));
  pieces.forEach(feed);
  return events;
};

test("events come out the same wherever the network cuts the stream in two", () => {
  for (let cut = 0; cut <= STREAM.length; cut++) {
    expect(read(STREAM.slice(0, cut), STREAM.slice(cut)), `cut at ${cut}`).toEqual(EVENTS);
  }
});

test("events come out the same from single characters", () => {
  expect(read(...STREAM)).toEqual(EVENTS);
});

test("an event counts only when it is whole", () => {
  expect(read('event: invitation\ndata: {"invitation":"a"}\n')).toEqual([]);
});
