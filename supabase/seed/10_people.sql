-- People: organizations and who works in them: an owner, an admin, an editor and a viewer each.
-- Organizations seed.from to seed.to are made; the largest comes first.

create temporary table if not exists seed_organizations (
  number  integer primary key,
  id      uuid not null,
  slug    text not null,
  name    text not null
);

insert into seed_organizations
select number, pg_temp.make_id('organization', number::text),
  lower(replace(name, ' ', '-')) || case when number > 1000 then '-' || number else '' end,
  name || case when number > 1000 then ' ' || number else '' end
from (
  select number,
    (array['Amber', 'Birch', 'Cedar', 'Copper', 'Coral', 'Crimson', 'Delta', 'Ember', 'Falcon', 'Fjord', 'Granite', 'Harbor',
      'Hazel', 'Indigo', 'Ivory', 'Juniper', 'Lantern', 'Lunar', 'Maple', 'Meadow', 'Mistral', 'Nordic', 'Oak', 'Onyx',
      'Orchid', 'Pebble', 'Pine', 'Prairie', 'Quartz', 'Raven', 'River', 'Saffron', 'Sierra', 'Silver', 'Solar', 'Summit',
      'Tidal', 'Velvet', 'Willow', 'Zephyr'])[1 + (number * 7) % 40]
    || ' ' ||
    (array['Bank', 'Books', 'Cargo', 'Clinic', 'Coffee', 'Energy', 'Fitness', 'Foods', 'Games', 'Garden', 'Health', 'Hotels',
      'Insurance', 'Labs', 'Learning', 'Logistics', 'Mobility', 'Music', 'Outfitters', 'Payments', 'Pharma', 'Robotics',
      'Tickets', 'Travel', 'Works'])[1 + ((number - 1) / 40) % 25] as name
  from generate_series(current_setting('seed.from')::integer, current_setting('seed.to')::integer) as number
) as named;

create temporary table if not exists seed_people (
  organization_number  integer not null,
  role                 public.member_role not null,
  id                   uuid not null,
  primary key (organization_number, role)
);

insert into seed_people
select number, role, pg_temp.make_id('person', role || '/' || number)
from seed_organizations
cross join unnest(enum_range(null::public.member_role)) as role
where number between current_setting('seed.from')::integer and current_setting('seed.to')::integer;

-- They have no password, so nobody can sign in as one of them. Their profiles are made by the trigger.
insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select person.id, 'authenticated', 'authenticated',
  lower(replace(person.name, ' ', '.')) || '.' || (person.organization_number - 1) * 4 + array_length(enum_range(null, role), 1) || '.' || current_setting('seed.seed') || '@' || slug || '.example.com',
  '{}', jsonb_build_object('full_name', person.name), now(), now()
from (
  select seed_people.*,
    pg_temp.pick(array['Ada', 'Amir', 'Ana', 'Ben', 'Chen', 'Clara', 'Daniel', 'Elif', 'Emma', 'Farah', 'Hana', 'Ines', 'Ivan',
      'Jonas', 'Kofi', 'Lea', 'Liam', 'Lucia', 'Maja', 'Marco', 'Mei', 'Nadia', 'Noah', 'Olga', 'Omar', 'Priya', 'Rosa',
      'Samir', 'Sofia', 'Tomas', 'Yuki', 'Zoe'], organization_number, array_length(enum_range(null, role), 1))
    || ' ' ||
    pg_temp.pick(array['Almeida', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Haddad', 'Ito', 'Jansen', 'Kaya',
      'Kim', 'Lindqvist', 'Mensah', 'Moreau', 'Novak', 'Okafor', 'Patel', 'Quinn', 'Rossi', 'Sato', 'Silva', 'Tanaka', 'Virtanen',
      'Weber', 'Yilmaz'], organization_number, 100 + array_length(enum_range(null, role), 1)) as name
  from seed_people
) as person
join seed_organizations as organization on organization.number = person.organization_number
where person.organization_number between current_setting('seed.from')::integer and current_setting('seed.to')::integer;

insert into public.organizations (id, slug, name, description, created_by)
select organization.id, slug, name, 'Made by the seed.', person.id
from seed_organizations as organization
join seed_people as person on person.organization_number = organization.number and person.role = 'owner'
where number between current_setting('seed.from')::integer and current_setting('seed.to')::integer;

insert into public.organization_members (organization_id, user_id, role)
select organization.id, person.id, person.role
from seed_organizations as organization
join seed_people as person on person.organization_number = organization.number
where number between current_setting('seed.from')::integer and current_setting('seed.to')::integer;
