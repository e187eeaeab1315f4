/**
 * While this is true, nothing is sent or stored: until we may begin, after consent is withdrawn,
 * and after a 403 or 404 from the server.
 */
export let unwanted = true;

export const want = (wanted: boolean): void => {
  unwanted = !wanted;
};
