import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { NewPasswordField } from "../../components/forms/NewPasswordField";
import { SavingForm } from "../../components/forms/SavingForm";
import { useChangePassword } from "../../data/account";
import { useSession } from "../../lib/session";
import { Saved } from "./Saved";
import { Section } from "./Section";

/** The password: whoever knows the present one makes a new one. */
export function ChangePassword() {
  const { email } = useSession();
  const change = useChangePassword();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  return (
    <Section title="Password">
      <SavingForm
        change={change}
        submit={() => change.mutateAsync({ current, next })}
        done={() => {
          setCurrent("");
          setNext("");
        }}
        button="Change the password"
      >
        {/* Tells a password manager whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <NewPasswordField label="New password" value={next} set={setNext} />
        <Saved when={change.isSuccess}>
          Changed. Other browsers and command lines have to sign in again.
        </Saved>
      </SavingForm>
    </Section>
  );
}
