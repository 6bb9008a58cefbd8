import type { WeightPacker } from "../domain/weight-packer.ts";
import { EngineChannel } from "./engine-channel.ts";

/** Packs in a process of its own: what ONNX Runtime allocates meanwhile goes with it. @param entry as of `EngineChannel` */
export function createWeightPacker(entry: string): WeightPacker {
  const channel = new EngineChannel(entry);
  return {
    pack: async (job, signal) => {
      signal.throwIfAborted();
      channel.open();
      // Packing cannot be interrupted inside the runtime: cancelling it ends the process.
      const stop = (): void => void channel.close();
      signal.addEventListener("abort", stop, { once: true });
      try {
        await channel.call({ call: "pack", ...job });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
    close: () => channel.close(),
  };
}
