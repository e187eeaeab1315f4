/** 128 random bits in hex. `randomUUID` is missing on plain http. */
export const randomId = (): string =>
  crypto
    .getRandomValues(new Uint8Array(16))
    .reduce((id, byte) => id + (byte + 256).toString(16).slice(1), "");
