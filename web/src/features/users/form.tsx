// The fields of a user, for making one and for changing one.
import { Checkbox, Form, Input } from 'antd';
import type { Schemas } from '../../api/client';
import { useT } from '../../i18n';

export const roles: Schemas['Role'][] = [
  'city',
  'district',
  'subdistrict',
  'department',
  'leader',
  'applicant',
  'system_admin',
  'security_admin',
  'audit_admin',
];

export interface UserValues {
  login: string;
  display_name: string;
  roles: Schemas['Role'][];
  regions: string;
  source?: string;
}

/** "440305, 440306001" as codes; separators may be commas or spaces of either width. */
export const regionsOf = (typed: string | undefined): string[] =>
  (typed ?? '').split(/[\s,，、;；]+/).filter(Boolean);

interface RoleProps {
  value?: Schemas['Role'][];
  onChange?: (roles: Schemas['Role'][]) => void;
}

/** The label of the field names the group; the library's group would put it on an element that may not carry it. */
function RoleChoice({ value = [], onChange }: RoleProps) {
  const t = useT();
  const flip = (role: Schemas['Role']) =>
    onChange?.(value.includes(role) ? value.filter((one) => one !== role) : [...value, role]);
  return (
    <div className="roles" role="group" aria-label={t('users.roles')}>
      {roles.map((role) => (
        <Checkbox key={role} checked={value.includes(role)} onChange={() => flip(role)}>
          {t(`role.${role}`)}
        </Checkbox>
      ))}
    </div>
  );
}

export function UserFields({ isNew }: { isNew: boolean }) {
  const t = useT();
  const required = { required: true, message: t('form.required') };
  const regions = {
    validator: (_: unknown, value: string) =>
      regionsOf(value).every((code) => /^[0-9]{2,12}$/.test(code))
        ? Promise.resolve()
        : Promise.reject(new Error(t('users.badRegion'))),
  };
  return (
    <>
      {isNew && (
        <Form.Item name="login" label={t('login.login')} rules={[required, { min: 2, message: t('form.short') }]}>
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="display_name" label={t('users.displayName')} rules={[required]}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="roles"
        label={t('users.roles')}
        rules={[{ ...required, type: 'array', min: 1, max: 4, message: t('users.badRoles') }]}
      >
        <RoleChoice />
      </Form.Item>
      <Form.Item name="regions" label={t('users.regions')} extra={t('users.regionsHint')} rules={[regions]}>
        <Input placeholder="440305, 440306001" autoComplete="off" />
      </Form.Item>
      {isNew && (
        <Form.Item name="source" label={t('users.source')} extra={t('users.sourceHint')}>
          <Input maxLength={64} autoComplete="off" />
        </Form.Item>
      )}
    </>
  );
}
