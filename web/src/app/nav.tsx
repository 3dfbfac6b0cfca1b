// The entries of the navigation: each shows itself only to those who may call its operation.
import {
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  CloudUploadOutlined,
  DashboardOutlined,
  DownloadOutlined,
  EnvironmentOutlined,
  ForkOutlined,
  HistoryOutlined,
  MailOutlined,
  PlusSquareOutlined,
  PushpinOutlined,
  QuestionCircleOutlined,
  RiseOutlined,
  SearchOutlined,
  SettingOutlined,
  SwapOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Op, Schemas } from '../api/client';
import type { Key } from '../i18n';

export interface NavItem {
  to: string;
  title: Key;
  needs: Op;
  icon: ReactNode;
  count?: (overview: Schemas['Overview']) => number;
}

export const navGroups: { title: Key; items: NavItem[] }[] = [
  {
    title: 'nav.register',
    items: [
      { to: '/', title: 'nav.workbench', needs: 'overview', icon: <DashboardOutlined /> },
      { to: '/search', title: 'nav.search', needs: 'search_units', icon: <SearchOutlined /> },
      { to: '/map', title: 'nav.map', needs: 'map_units', icon: <EnvironmentOutlined /> },
      { to: '/sources', title: 'nav.sources', needs: 'list_sources', icon: <CloudUploadOutlined /> },
      { to: '/pins', title: 'nav.pins', needs: 'list_pins', icon: <PushpinOutlined /> },
      { to: '/exports', title: 'nav.exports', needs: 'list_exports', icon: <DownloadOutlined /> },
    ],
  },
  {
    title: 'nav.desks',
    items: [
      {
        to: '/conflicts',
        title: 'nav.conflicts',
        needs: 'list_conflicts',
        icon: <SwapOutlined />,
        count: (o) => o.conflicts,
      },
      {
        to: '/missing',
        title: 'nav.missing',
        needs: 'list_missing',
        icon: <QuestionCircleOutlined />,
        count: (o) => o.missing,
      },
      { to: '/new', title: 'nav.new', needs: 'list_new', icon: <PlusSquareOutlined />, count: (o) => o.new_units },
      {
        to: '/matches',
        title: 'nav.matches',
        needs: 'list_reviews',
        icon: <ForkOutlined />,
        count: (o) => o.reviews,
      },
      { to: '/discrepancies', title: 'nav.discrepancies', needs: 'list_discrepancies', icon: <MailOutlined /> },
      { to: '/decisions', title: 'nav.decisions', needs: 'list_decisions', icon: <HistoryOutlined /> },
    ],
  },
  {
    title: 'nav.activity',
    items: [
      { to: '/activity/scores', title: 'nav.activityScores', needs: 'list_activity_scores', icon: <RiseOutlined /> },
      {
        to: '/activity/models',
        title: 'nav.activityModels',
        needs: 'list_activity_models',
        icon: <ApartmentOutlined />,
      },
    ],
  },
  {
    title: 'nav.admin',
    items: [
      { to: '/users', title: 'nav.users', needs: 'list_users', icon: <TeamOutlined /> },
      { to: '/api-keys', title: 'nav.keys', needs: 'list_api_keys', icon: <ApiOutlined /> },
      { to: '/audit', title: 'nav.audit', needs: 'list_audit', icon: <AuditOutlined /> },
      { to: '/system', title: 'nav.system', needs: 'status', icon: <SettingOutlined /> },
    ],
  },
];
