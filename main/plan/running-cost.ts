import type { Parallelism, RunningCost, SiteFigures } from "../../shared/schemas/plan.ts";
import type { DevicePool } from "./device-pools.ts";

const HOURS_OF_A_YEAR = 8766;
const JOULES_OF_A_KILOWATT_HOUR = 3.6e6;
const MILLION = 1e6;

/** Energy and price of a million decoded tokens at the predicted speed: power as on the label, hardware written off over the hours it works. */
export function runningCost(figures: SiteFigures, pool: DevicePool, { devices, nodes }: Parallelism, decodeTokensPerSecond: number): RunningCost {
  const onAccelerators = pool.kind === "cpu" ? 0 : devices;
  const powerWatts = nodes * figures.hostPowerWatts + onAccelerators * (figures.devicePowerWatts ?? pool.device?.powerWatts ?? 0);
  const seconds = MILLION / decodeTokensPerSecond;
  const kilowattHours = (powerWatts * figures.powerUsageEffectiveness * seconds) / JOULES_OF_A_KILOWATT_HOUR;
  const price = nodes * figures.hostPrice + onAccelerators * (figures.devicePrices[pool.row ?? "other"] ?? figures.devicePrices["other"] ?? 0);
  const workedSeconds = figures.yearsOfUse * HOURS_OF_A_YEAR * 3600 * figures.use;
  const energy = kilowattHours * figures.pricePerKilowattHour;
  const hardware = (price * seconds) / workedSeconds;
  return {
    powerWatts, kilowattHoursPerMillionTokens: kilowattHours, energyCostPerMillionTokens: energy, hardwareCostPerMillionTokens: hardware, costPerMillionTokens: energy + hardware, currency: figures.currency,
    derivation: {
      formula: "10⁶ / v × (W × PUE / 3.6·10⁶ × price of a kWh + price / (years × 8766 × 3600 × use))",
      terms: { v: decodeTokensPerSecond, W: powerWatts, PUE: figures.powerUsageEffectiveness, kWh: figures.pricePerKilowattHour, price, years: figures.yearsOfUse, use: figures.use },
    },
  };
}
