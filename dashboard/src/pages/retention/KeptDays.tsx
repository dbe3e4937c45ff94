import { Group, NumberInput, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Overtaken } from "../../components/forms/Overtaken";
import { SavingForm } from "../../components/forms/SavingForm";
import { useSetRetention } from "../../data/retention";
import { useDraft } from "../../lib/draft";
import { count } from "../../lib/format";
import { type Days, fateOf, inOrder, labelOf, mostDays, ownDays } from "../../lib/retention";
import styles from "./KeptDays.module.css";

interface KeptDaysProps {
  readonly rule: Days;
  readonly kept: Days;
  readonly may: boolean;
  readonly organizationId: string;
}

/** How many days each kind is kept: by the rule, or as this organization has it. */
export function KeptDays({ rule, kept, may, organizationId }: KeptDaysProps) {
  const save = useSetRetention(organizationId);
  const draft = useDraft<Chosen>(ownDays(rule, kept), (some, other) => isSame(rule, some, other));
  const own = draft.value;
  const wanted = ownDays(rule, own);
  const isShorter = Object.keys(rule).some(
    (kind) => (wanted[kind] ?? rule[kind] ?? 0) < (kept[kind] ?? 0),
  );
  const rows = (
    <Stack gap={0}>
      {inOrder(rule).map(([kind, days]) => (
        <Kind key={kind} kind={kind} days={days}>
          {may ? (
            <OwnDays
              kind={kind}
              days={days}
              own={own[kind] ?? null}
              set={(next) => draft.set({ ...own, [kind]: next })}
            />
          ) : (
            <Text size="sm" className="numbers" style={{ flexShrink: 0 }}>
              {count(kept[kind] ?? days, "day")}
            </Text>
          )}
        </Kind>
      ))}
    </Stack>
  );
  return (
    <section className="card" style={{ padding: 16 }} aria-label="How long things are kept">
      <Title order={2} size="h5" mb="xs">
        How long things are kept
      </Title>
      {may ? (
        <SavingForm
          change={save}
          submit={() => save.mutateAsync(wanted)}
          done={draft.take}
          button="Save"
          disabled={!draft.isNew}
        >
          {rows}
          <Overtaken draft={draft} />
          {isShorter && (
            <Text size="sm" style={{ color: "var(--broken)" }}>
              Some days are fewer than before: the next clean-up archives what is older, and deletes
              it here.
            </Text>
          )}
        </SavingForm>
      ) : (
        <>
          {rows}
          <Text size="sm" c="dimmed">
            Admins change the days.
          </Text>
        </>
      )}
    </section>
  );
}

type Chosen = Readonly<Record<string, number | null>>;

/** Whether two choices keep everything for as many days. */
function isSame(rule: Days, some: Chosen, other: Chosen): boolean {
  return Object.keys(rule).every(
    (kind) => (some[kind] ?? rule[kind]) === (other[kind] ?? rule[kind]),
  );
}

interface KindProps {
  readonly kind: string;
  /** By the rule. */
  readonly days: number;
}

function Kind({ kind, days, children }: KindProps & { readonly children: ReactNode }) {
  return (
    <Group className={styles["kind"] ?? ""} justify="space-between" wrap="nowrap">
      <div>
        <Text size="sm" fw={600}>
          {labelOf(kind)}
        </Text>
        <Text size="xs" c="dimmed">
          {fateOf(kind)}; by the rule after {count(days, "day")}
        </Text>
      </div>
      {children}
    </Group>
  );
}

interface OwnDaysProps extends KindProps {
  /** Null is "by the rule". */
  readonly own: number | null;
  set(next: number | null): void;
}

function OwnDays({ kind, days, own, set }: OwnDaysProps) {
  return (
    <NumberInput
      aria-label={`Days: ${labelOf(kind)}`}
      placeholder={`${days} days`}
      value={own ?? ""}
      onChange={(next) => set(typeof next === "number" ? next : null)}
      min={1}
      max={mostDays(kind)}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      suffix=" days"
      w={130}
      style={{ flexShrink: 0 }}
    />
  );
}
