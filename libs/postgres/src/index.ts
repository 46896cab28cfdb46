export { migrate } from './migrations/migrate';
