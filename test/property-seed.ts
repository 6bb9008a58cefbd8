import fc from "fast-check";

/**
 * A gate that draws new inputs at every run refuses work for faults that were there before it. So the suite draws the same ones each time, and
 * `npm run test:seeds` goes looking for new ones; what it finds becomes a test of its own.
 */
const seed = Number(process.env["SALLYPORT_PROPERTY_SEED"] ?? 20_261_125);

fc.configureGlobal({ seed });
