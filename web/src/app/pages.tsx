// Which page an address opens. Every page is a file of its own, loaded when it is first opened.
import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router-dom';
import { onUnauthenticated, setCsrfToken } from '../api/client';
import { useOp } from '../api/hooks';
import { useI18n } from '../i18n';
import { Boundary } from '../shared/boundary';
import { MeProvider } from '../shared/session';
import { Empty, Failed, Loading } from '../shared/states';
import { Shell } from './shell';

const page = (load: () => Promise<{ default: ComponentType }>) => lazy(load);
const Login = page(() => import('../features/entrance/login'));
const SignOn = page(() => import('../features/entrance/sign_on'));
const SetUp = page(() => import('../features/entrance/set_up'));
const Workbench = page(() => import('../features/workbench/page'));
const Search = page(() => import('../features/search/page'));
const MapPage = page(() => import('../features/map/page'));
const Unit = page(() => import('../features/unit/page'));
const Sources = page(() => import('../features/sources/page'));
const ImportRun = page(() => import('../features/sources/import_page'));
const Conflicts = page(() => import('../features/conflicts/page'));
const Missing = page(() => import('../features/missing/page'));
const Newcomers = page(() => import('../features/newcomers/page'));
const Matches = page(() => import('../features/matches/page'));
const Decisions = page(() => import('../features/decisions/page'));
const Exports = page(() => import('../features/exports/page'));
const Discrepancies = page(() => import('../features/discrepancies/page'));
const DiscrepancyList = page(() => import('../features/discrepancies/list_page'));
const ActivityScores = page(() => import('../features/activity/scores_page'));
const ActivityModels = page(() => import('../features/activity/models_page'));
const ActivityEditor = page(() => import('../features/activity/editor_page'));
const ActivityCard = page(() => import('../features/activity/card_page'));
const Pins = page(() => import('../features/pins/page'));
const Users = page(() => import('../features/users/page'));
const Keys = page(() => import('../features/keys/page'));
const Audit = page(() => import('../features/audit/page'));
const System = page(() => import('../features/system/page'));
const Account = page(() => import('../features/account/page'));

function NotFound() {
  const { t } = useI18n();
  return <Empty title={t('state.noPage')} />;
}

function Inside() {
  const { pathname } = useLocation();
  return (
    <Shell>
      <Boundary place={pathname}>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<Workbench />} />
            <Route path="/search" element={<Search />} />
            <Route path="/map" element={<MapPage />} />
            <Route path="/units/:id" element={<Unit />} />
            <Route path="/sources" element={<Sources />} />
            <Route path="/imports/:seq" element={<ImportRun />} />
            <Route path="/conflicts" element={<Conflicts />} />
            <Route path="/missing" element={<Missing />} />
            <Route path="/new" element={<Newcomers />} />
            <Route path="/matches" element={<Matches />} />
            <Route path="/reviews" element={<Navigate to="/matches" replace />} />
            <Route path="/decisions" element={<Decisions />} />
            <Route path="/exports" element={<Exports />} />
            <Route path="/discrepancies" element={<Discrepancies />} />
            <Route path="/discrepancies/:number" element={<DiscrepancyList />} />
            <Route path="/pins" element={<Pins />} />
            <Route path="/activity/scores" element={<ActivityScores />} />
            <Route path="/activity/models" element={<ActivityModels />} />
            <Route path="/activity/models/new" element={<ActivityEditor />} />
            <Route path="/activity/models/:id/:version" element={<ActivityEditor />} />
            <Route path="/units/:id/activity" element={<ActivityCard />} />
            <Route path="/users" element={<Users />} />
            <Route path="/api-keys" element={<Keys />} />
            <Route path="/audit" element={<Audit />} />
            <Route path="/system" element={<System />} />
            <Route path="/account" element={<Account />} />
            <Route path="*" element={<NotFound />} />
          </Routes>
        </Suspense>
      </Boundary>
    </Shell>
  );
}

/** Pages for people who are logged in; others are led to the login and back. */
function Guarded() {
  const location = useLocation();
  const client = useQueryClient();
  const { lang } = useI18n();
  const me = useOp('me', {});
  useEffect(() => onUnauthenticated(() => void client.resetQueries({ queryKey: ['me'] })), [client]);
  useEffect(() => void client.invalidateQueries(), [client, lang]);
  if (me.error?.problem.status === 401) {
    const here = location.pathname + location.search;
    return <Navigate to={here === '/' ? '/login' : `/login?to=${encodeURIComponent(here)}`} replace />;
  }
  if (me.error) return <Failed error={me.error} retry={() => void me.refetch()} />;
  if (!me.data) return <Loading />;
  setCsrfToken(me.data.csrf_token);
  if (me.data.must_change_password && location.pathname !== '/account') return <Navigate to="/account" replace />;
  return (
    <MeProvider me={me.data}>
      <Inside />
    </MeProvider>
  );
}

export function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Routes>
        <Route path="/login" element={<Login />} />
        <Route path="/sign-on" element={<SignOn />} />
        <Route path="/setup" element={<SetUp />} />
        <Route path="/reset" element={<SetUp />} />
        <Route path="*" element={<Guarded />} />
      </Routes>
    </Suspense>
  );
}
