/** The script of the tag brings its rules along. `apart/` has to fetch them first. */
export const hasRules = (_begin: () => void): boolean => true;
