/**
 * Parses server-sent events from pieces of any size. Our server sends one line of data per event
 * (`reconnect` needs none). Comments are skipped.
 */
export const parseStream = (
  emit: (event: string, data: string, id: string | undefined) => void,
): ((text: string) => void) => {
  let rest = "";
  return (text) => {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() as string;
    for (const block of blocks) {
      const field = (name: string) => RegExp(`^${name}: (.*)`, "m").exec(block)?.[1];
      const event = field("event");
      if (event) emit(event, field("data") as string, field("id"));
    }
  };
};
