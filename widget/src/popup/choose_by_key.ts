/** Two digits within this many ms are one number: 1 then 0 is 10. */
const TOGETHER = 700;

type Choose = (key: string, current: number, now: number) => number | undefined;

/**
 * Which value a key chooses in a radio group of `first`…`last`; undefined if none.
 * Arrows wrap around, and left and right follow the direction of reading.
 */
export const chooseByKey = (first: number, last: number, rtl: boolean): Choose => {
  const forward = rtl ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowRight: forward,
    ArrowLeft: -forward,
    ArrowDown: 1,
    ArrowUp: -1,
  };
  const count = last - first + 1;
  let typed = "";
  let typedAt = 0;
  return (key, current, now) => {
    const step = steps[key];
    if (step) return first + ((current - first + step + count) % count);
    if (key === "Home") return first;
    if (key === "End") return last;
    if (!/^\d$/.test(key)) return undefined;
    const before = now - typedAt < TOGETHER ? typed : "";
    typed = key;
    typedAt = now;
    return [before + key, key].map(Number).find((value) => value >= first && value <= last);
  };
};
