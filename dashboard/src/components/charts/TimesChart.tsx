import { LineChart } from "@mantine/charts";
import type { DayOfTest } from "../../data/metrics";
import { duration } from "../../lib/format";
import { shortDay } from "../../lib/times";

/** The percentiles of a test, day by day. */
export default function TimesChart({ days }: { days: readonly DayOfTest[] }) {
  return (
    <LineChart
      h={240}
      data={days.map((day) => ({
        date: day.date,
        p50: day.p50_response_time_ms,
        p95: day.p95_response_time_ms,
        p99: day.p99_response_time_ms,
      }))}
      dataKey="date"
      xAxisProps={{ tickFormatter: shortDay }}
      series={[
        { name: "p50", color: "var(--passed)" },
        { name: "p95", color: "var(--running)" },
        { name: "p99", color: "var(--blocked)" },
      ]}
      valueFormatter={(value) => duration(value)}
      curveType="monotone"
      withLegend
      connectNulls
      withDots={days.length < 32}
      yAxisProps={{ width: 64 }}
    />
  );
}
