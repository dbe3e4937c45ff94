import { createContext, useContext } from "react";

export interface SignedIn {
  readonly userId: string;
  readonly email: string;
}

const SessionContext = createContext<SignedIn | null>(null);

export const SessionProvider = SessionContext.Provider;

/** Who is signed in. Pages behind the sign-in only. */
export function useSession(): SignedIn {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession is called where nobody is signed in");
  return session;
}
