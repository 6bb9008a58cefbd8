export interface ChartAxis {
  readonly name: string;
  readonly kind: "linear" | "log";
  readonly write: (value: number) => string;
}

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly name?: string;
  /** Half the length of an error bar, in units of its axis. */
  readonly xError?: number;
  readonly yError?: number;
  readonly radiusPx?: number;
  readonly isRinged?: boolean;
}

export interface ChartSeries {
  readonly kind: "line" | "scatter";
  readonly name: string;
  readonly points: readonly ChartPoint[];
}

export interface ChartOptions {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
}
