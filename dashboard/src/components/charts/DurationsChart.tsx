import { AreaChart } from "@mantine/charts";
import { duration } from "../../lib/format";
import { shortDay } from "../../lib/times";
import type { DayOfRuns } from "../../lib/trend";

/** How long a day's runs took, the one in the middle. */
export default function DurationsChart({ days }: { days: readonly DayOfRuns[] }) {
  return (
    <AreaChart
      h={220}
      data={days.map(({ date, medianMs }) => ({ date, "median duration": medianMs }))}
      dataKey="date"
      xAxisProps={{ tickFormatter: shortDay }}
      series={[{ name: "median duration", color: "var(--running)" }]}
      valueFormatter={(value) => duration(value)}
      curveType="monotone"
      connectNulls
      yAxisProps={{ width: 64 }}
    />
  );
}
