// Our colours and sizes: ink on paper, pine for what can be acted on, seal red for what is wrong. Text colours keep a
// contrast of 4.5:1 on every background they are used on. The same values stand as variables in global.css.
import type { ThemeConfig } from 'antd';

export const ink = '#1d2a30';
export const inkSoft = '#4a5a61';
export const inkFaint = '#5d6b72';
export const pine = '#17635a';
export const seal = '#a63d2a';
export const amber = '#8a5a00';
export const line = '#dde3e1';
export const paper = '#ffffff';
export const mist = '#f4f6f5';

export const theme: ThemeConfig = {
  cssVar: { key: 'minglu' },
  hashed: false,
  token: {
    colorPrimary: pine,
    colorInfo: pine,
    colorLink: pine,
    colorLinkHover: '#0e453f',
    colorSuccess: '#2b6e3f',
    colorWarning: amber,
    colorError: seal,
    // The library would derive these washes from the dark tones and make them muddy.
    colorPrimaryBg: '#e3efec',
    colorPrimaryBgHover: '#d3e6e1',
    colorInfoBg: '#e3efec',
    colorInfoBorder: '#b4d3cc',
    colorSuccessBg: '#e4f1e7',
    colorSuccessBorder: '#b5d6be',
    colorWarningBg: '#fdf2da',
    colorWarningBorder: '#e8cf97',
    colorErrorBg: '#fbeae6',
    colorErrorBorder: '#e4b8ae',
    colorText: ink,
    colorTextSecondary: inkSoft,
    colorTextTertiary: inkFaint,
    colorTextDescription: inkFaint,
    colorTextPlaceholder: inkFaint,
    colorTextQuaternary: inkFaint,
    colorBorder: '#b9c4c1',
    colorBorderSecondary: line,
    colorBgLayout: mist,
    borderRadius: 4,
    fontSize: 13,
    controlHeight: 30,
    controlHeightSM: 24,
    motion: false,
    wireframe: false,
    fontFamily: "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', system-ui, sans-serif",
  },
  components: {
    Table: {
      headerBg: '#eef2f0',
      headerColor: inkSoft,
      rowHoverBg: '#f3f8f6',
      cellPaddingBlockSM: 6,
      headerSplitColor: line,
    },
    Tabs: { horizontalMargin: '0 0 12px 0' },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Form: { itemMarginBottom: 14, verticalLabelPadding: '0 0 4px' },
    Tag: { defaultBg: '#eef2f0', defaultColor: inkSoft },
    Segmented: { trackBg: '#e6ecea', itemSelectedColor: pine },
  },
};
