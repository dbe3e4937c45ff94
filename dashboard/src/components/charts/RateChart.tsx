import { LineChart } from "@mantine/charts";
import { percent } from "../../lib/format";
import { shortDay } from "../../lib/times";
import type { DayOfRuns } from "../../lib/trend";

/** How much of a day's tests passed. */
export default function RateChart({ days }: { days: readonly DayOfRuns[] }) {
  return (
    <LineChart
      h={220}
      data={days.map(({ date, successRate }) => ({ date, "success rate": successRate }))}
      dataKey="date"
      xAxisProps={{ tickFormatter: shortDay }}
      series={[{ name: "success rate", color: "var(--passed)" }]}
      valueFormatter={(value) => percent(value)}
      yAxisProps={{ width: 60, domain: [0, 100] }}
      curveType="monotone"
      connectNulls
    />
  );
}
