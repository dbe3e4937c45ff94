import { BarChart } from "@mantine/charts";
import { VERDICTS } from "../../data/words";
import { shortDay } from "../../lib/times";
import type { DayOfRuns } from "../../lib/trend";

/** Verdicts by day, one on the other. */
export default function RunsChart({ days }: { days: readonly DayOfRuns[] }) {
  return (
    <BarChart
      h={260}
      type="stacked"
      data={days.map((day) => ({ ...day }))}
      dataKey="date"
      xAxisProps={{ tickFormatter: shortDay }}
      series={["passed", ...VERDICTS.filter((one) => one !== "passed")].map((verdict) => ({
        name: verdict,
        color: `var(--${verdict})`,
      }))}
      withLegend
      yAxisProps={{ width: 52 }}
      maxBarWidth={46}
    />
  );
}
