import { beforeEach, expect, test, vi } from "vitest";
import { ASK, type Call, hide, loadPage, type Page, put, settle, show } from "./page.ts";

interface Stream {
  call: Call;
  send(text: string): void;
  end(): void;
  aborted: boolean;
}

let streams: Stream[];

const openStream = (call: Call): Promise<Response> => {
  let pipe = {} as ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      pipe = controller;
    },
    cancel: () => {
      stream.aborted = true;
    },
  });
  const stream: Stream = {
    call,
    send: (text) => pipe.enqueue(new TextEncoder().encode(text)),
    end: () => pipe.close(),
    aborted: false,
  };
  call.init.signal?.addEventListener("abort", () => {
    stream.aborted = true;
    pipe.error(new DOMException("", "AbortError"));
  });
  streams.push(stream);
  return Promise.resolve({ ok: true, status: 200, body } as Response);
};

/** One browser's locks, as the standard has them: first come, first served. */
const lockManager = () => {
  const queues: Record<string, Promise<unknown>> = {};
  return {
    request: (name: string, { signal }: { signal: AbortSignal }, run: () => Promise<unknown>) => {
      const turn = (queues[name] ?? Promise.resolve()).then(() => (signal.aborted ? null : run()));
      queues[name] = turn.catch(() => {});
      return turn;
    },
  };
};

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  vi.stubGlobal("navigator", { language: "en", locks: lockManager() });
});

const load = (options: Parameters<typeof loadPage>[1] = {}): Promise<Page> =>
  loadPage(
    { live: true },
    { ...options, replies: { live: openStream, decide: [{ body: ASK }], ...options.replies } },
  );

const open = () => streams.filter(({ aborted }) => !aborted);

test("without a survey for backend events there is no stream", async () => {
  const page = await loadPage({ live: false }, { replies: { live: openStream } });
  await settle(60_000);
  expect(page.calls).toEqual([]);
});

test("nothing listens, nor loads for it, before the page has settled", async () => {
  const page = await load({ fresh: true });
  await settle(2_999);
  expect([page.calls, page.scripts]).toEqual([[], []]);
  await settle(1);
  expect(open()).toHaveLength(1);
});

test("the stream says who listens", async () => {
  const page = await load({ tag: { token: "t" } });
  expect(page.to("live")[0]?.body).toEqual({ visitor: expect.any(String), token: "t" });
  expect(page.to("live")[0]?.init.keepalive).toBe(false);
});

test("an invitation from the stream becomes a decision, and a popup", async () => {
  const page = await load();
  streams[0]?.send(': ok\n\nevent: invitation\ndata: {"invi');
  streams[0]?.send('tation":"inv_7"}\n\n');
  await settle();
  expect(page.to("decide")[0]?.body.trigger).toMatchObject({
    kind: "invitation",
  });
  expect(page.popups).toHaveLength(1);
});

test("an invitation told twice while it waits for quiet is asked for once", async () => {
  const page = await load();
  page.sayso.hold();
  streams[0]?.send('event: invitation\ndata: {"invitation":"a"}\n\n'.repeat(2));
  await settle(300_000);
  page.sayso.release();
  await settle(5_000);
  expect(page.to("decide")).toHaveLength(1);
});

test("a hidden tab gives the stream up, a visible one takes it again", async () => {
  await load();
  hide();
  await settle();
  expect(open()).toHaveLength(0);
  show();
  await settle();
  expect(open()).toHaveLength(1);
});

test("of two windows one streams; when it hides, the other one takes over", async () => {
  await load();
  // biome-ignore lint/suspicious/noExplicitAny: the second window is a page of its own
  delete (window as any).sayso;
  await load();
  expect(open()).toHaveLength(1);
  // The first window is closed.
  open()[0]?.end();
  window.dispatchEvent(new Event("pagehide"));
  await settle();
  expect(open()).toHaveLength(0);
});

test("when the stream ends it is opened again, ever less often, at most after a minute", async () => {
  const page = await load({ replies: { live: ["away"] } });
  await settle(1_000);
  const early = page.to("live").length;
  expect(early).toBeLessThanOrEqual(2);
  await settle(600_000);
  const before = page.to("live").length;
  await settle(600_000);
  const rate = page.to("live").length - before;
  expect(rate).toBeGreaterThanOrEqual(10);
  expect(rate).toBeLessThanOrEqual(20);
});

test("the next stream is asked for like the first: the server knows what is still to be said", async () => {
  const page = await load();
  streams[0]?.send('id: 41\nevent: rules\ndata: {"version":1,"surveys":["s_1"]}\n\n');
  await settle();
  streams[0]?.end();
  await settle(3_000);
  expect(page.to("live")[1]?.body).toEqual({ visitor: page.to("live")[0]?.body.visitor });
});

test("a line without a beat for 45 s is dead and opened anew", async () => {
  await load();
  for (let beats = 0; beats < 3; beats++) {
    await settle(40_000);
    streams[0]?.send(": beat\n\n");
  }
  expect(streams).toHaveLength(1);
  await settle(50_000);
  expect(streams).toHaveLength(2);
});

test("'reconnect' and a new identity open the stream anew", async () => {
  const page = await load();
  streams[0]?.send("event: reconnect\n\n");
  await settle();
  expect(streams).toHaveLength(2);
  page.sayso.identify("u_1", { token: "t" });
  await settle();
  expect(streams).toHaveLength(3);
  page.sayso.identify("u_1", { token: "t" });
  await settle();
  expect(streams).toHaveLength(3);
  expect(open()).toHaveLength(1);
});

test("the kill switch closes the popup of a survey that is not live any more", async () => {
  const page = await load();
  page.sayso.track("order_completed");
  await settle();
  streams[0]?.send('event: rules\ndata: {"version":1,"surveys":["s_1"]}\n\n');
  await settle();
  expect(page.popups[0]?.closed).toBe(false);
  streams[0]?.send('event: rules\ndata: {"version":2,"surveys":[]}\n\n');
  await settle();
  expect(page.popups[0]?.closed).toBe(true);
});

test("the stream names a live survey by the end of its id", async () => {
  const survey = "0190aaaa-0000-7000-8000-0000e5c0ffee";
  const ask = { ...ASK, ask: { ...ASK.ask, survey: { ...ASK.ask.survey, id: survey } } };
  const page = await load({ replies: { decide: [{ body: ask }] } });
  page.sayso.track("order_completed");
  await settle();
  streams[0]?.send('event: rules\ndata: {"version":1,"surveys":["e5c0ffee"]}\n\n');
  await settle();
  expect(page.popups[0]?.closed).toBe(false);
  streams[0]?.send('event: rules\ndata: {"version":1,"surveys":["c0ffee00"]}\n\n');
  await settle();
  expect(page.popups[0]?.closed).toBe(true);
});

test("other windows hear of the kill switch through storage", async () => {
  const page = await load();
  page.sayso.track("order_completed");
  await settle();
  window.dispatchEvent(
    new StorageEvent("storage", {
      key: "sayso:pk_test:rules",
      newValue: '{"version":2,"surveys":[]}',
    }),
  );
  expect(page.popups[0]?.closed).toBe(true);
});

test("a newer version in any reply fetches the rules, once", async () => {
  const rules = { version: 2, live: false, events: [], tracked: ["new"], views: [] };
  const page = await load({
    replies: { decide: [{ body: { ask: null, version: 2 } }], "rules.json?v=2": [{ body: rules }] },
  });
  page.sayso.track("order_completed");
  page.sayso.track("order_completed");
  await settle(2_000);
  expect(page.to("rules.json?v=2")).toHaveLength(1);
  streams[0]?.send(": beat\n\n");
  await settle();
  expect(open()).toHaveLength(0);
  page.sayso.track("order_completed");
  page.sayso.track("new");
  await settle(2_000);
  expect(page.to("events")[0]?.body.events[0].name).toBe("new");
  expect(page.to("decide")).toHaveLength(2);
});

test("moments that come alive are watched for at once, and once", async () => {
  const moments = [{ survey: "c0ffee00", kind: "click", selector: "#buy" }];
  const rules = { version: 2, live: false, events: [], tracked: [], views: [], settle: 0, moments };
  const page = await load({ replies: { "rules.json?v=2": [{ body: rules }] } });
  put('<button id="buy">Buy</button>').click();
  await settle();
  expect(page.to("decide")).toHaveLength(0);
  streams[0]?.send('event: rules\ndata: {"version":2,"surveys":["c0ffee00"]}\n\n');
  await settle();
  (document.querySelector("#buy") as HTMLElement).click();
  await settle(1_000);
  expect(page.to("decide").map(({ body }) => body.trigger)).toMatchObject([
    { kind: "click", surveys: ["c0ffee00"] },
  ]);
});

test("without locks only the window with the focus streams", async () => {
  vi.stubGlobal("navigator", { language: "en" });
  const focus = vi.spyOn(document, "hasFocus").mockReturnValue(false);
  await load();
  expect(streams).toHaveLength(0);
  focus.mockReturnValue(true);
  window.dispatchEvent(new Event("focus"));
  await settle();
  expect(open()).toHaveLength(1);
  focus.mockReturnValue(false);
  window.dispatchEvent(new Event("blur"));
  await settle();
  expect(open()).toHaveLength(0);
});

test("reset streams as the new visitor", async () => {
  const page = await load();
  page.sayso.reset();
  await settle();
  const [before, after] = page.to("live").map(({ body }) => body.visitor);
  expect(after).not.toBe(before);
  expect(open()).toHaveLength(1);
});
