// How sure an answer must be to be told as one.

/** The confidence from which the words that answer stand in large letters: SURE in assistant/answer.py. */
export const SURE = 0.85;

export const isSure = (answer) => answer.confidence >= SURE;
