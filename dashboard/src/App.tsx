import { lazy } from "react";
import { Navigate, Route, Routes } from "react-router";
import { AppFrame } from "./components/AppFrame";
import { NotFound } from "./pages/NotFound";
import { ProjectFrame } from "./pages/ProjectFrame";
import { Projects } from "./pages/Projects";
import { Runs } from "./pages/Runs";
import { Suites } from "./pages/Suites";

const RunPage = lazy(() => import("./pages/RunPage").then((m) => ({ default: m.RunPage })));
const ResultPage = lazy(() =>
  import("./pages/ResultPage").then((m) => ({ default: m.ResultPage })),
);
const SuitePage = lazy(() => import("./pages/SuitePage").then((m) => ({ default: m.SuitePage })));
const TestPage = lazy(() => import("./pages/TestPage").then((m) => ({ default: m.TestPage })));
const Trends = lazy(() => import("./pages/Trends").then((m) => ({ default: m.Trends })));
const Failures = lazy(() => import("./pages/Failures").then((m) => ({ default: m.Failures })));
const Environments = lazy(() =>
  import("./pages/Environments").then((m) => ({ default: m.Environments })),
);
const Members = lazy(() => import("./pages/Members").then((m) => ({ default: m.Members })));
const OrganizationMembers = lazy(() =>
  import("./pages/Members").then((m) => ({ default: m.OrganizationMembers })),
);
const Invitation = lazy(() =>
  import("./pages/Invitation").then((m) => ({ default: m.Invitation })),
);
const Account = lazy(() => import("./pages/Account").then((m) => ({ default: m.Account })));
const Endpoints = lazy(() => import("./pages/Endpoints").then((m) => ({ default: m.Endpoints })));
const Fixtures = lazy(() => import("./pages/Fixtures").then((m) => ({ default: m.Fixtures })));
const Schedules = lazy(() => import("./pages/Schedules").then((m) => ({ default: m.Schedules })));
const Tokens = lazy(() => import("./pages/Tokens").then((m) => ({ default: m.Tokens })));
const Retention = lazy(() => import("./pages/Retention").then((m) => ({ default: m.Retention })));

/** Which page an address is. */
export function App() {
  return (
    <Routes>
      <Route element={<AppFrame />}>
        <Route index element={<Projects />} />
        <Route path="projects/:projectId" element={<ProjectFrame />}>
          <Route index element={<Navigate to="runs" replace />} />
          <Route path="runs" element={<Runs />} />
          <Route path="suites" element={<Suites />} />
          <Route path="suites/:suiteId" element={<SuitePage />} />
          <Route path="tests/:testId" element={<TestPage />} />
          <Route path="trends" element={<Trends />} />
          <Route path="failures" element={<Failures />} />
          <Route path="environments" element={<Environments />} />
          <Route path="endpoints" element={<Endpoints />} />
          <Route path="fixtures" element={<Fixtures />} />
          <Route path="schedules" element={<Schedules />} />
          <Route path="tokens" element={<Tokens />} />
          <Route path="retention" element={<Retention />} />
          <Route path="members" element={<Members />} />
        </Route>
        <Route path="runs/:runId" element={<RunPage />} />
        <Route path="runs/:runId/tests/:testId" element={<ResultPage />} />
        <Route path="organizations/:organizationId/members" element={<OrganizationMembers />} />
        <Route path="invitation" element={<Invitation />} />
        <Route path="account" element={<Account />} />
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
