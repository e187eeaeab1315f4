/**
 * Nothing is sent and nothing kept: until we may begin, after consent was withdrawn, and once a 403
 * or 404 says that we are not wanted here.
 */
export let unwanted = true;

export const want = (wanted: boolean): void => {
  unwanted = !wanted;
};
