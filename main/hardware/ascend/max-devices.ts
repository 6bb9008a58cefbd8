/**
 * Most devices of one machine: it has 16 dies, and a pod of machines numbers its devices up to 1024. Stops a text that makes us list thousands and ask about
 * each of them.
 */
export const MAX_DEVICES = 1024;
