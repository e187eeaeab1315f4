export const ignore = (): void => {};

/** Our code must not throw, reject or log in the host's page. Resolves when `run` has ended. */
export const quietly =
  // biome-ignore lint/suspicious/noExplicitAny: any function may be wrapped
    <F extends (...args: any[]) => unknown>(run: F) =>
    (...args: Parameters<F>): Promise<unknown> | undefined => {
      try {
        const result = run(...args) as Partial<Promise<unknown>> | undefined;
        return result?.catch?.(ignore);
      } catch {}
    };

export const listen = <E extends Event>(
  target: EventTarget,
  types: string,
  run: (event: E) => unknown,
): void => {
  for (const type of types.split(" ")) {
    // Capturing and passive: the host cannot hide the event from us, and we do not delay it.
    target.addEventListener(type, quietly(run) as EventListener, { capture: true, passive: true });
  }
};
