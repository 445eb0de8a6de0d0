/** Script of pages for staff: what residents have, and htmx and the keyboard. */
import { startAltKeys } from "./altkeys";
import { startChoosing, startCountdown } from "./choosing";
import { startDrafts } from "./drafts";
import { startFragments } from "./fragments";
import { startLists } from "./lists";
import { startNews } from "./news";
import { startPage } from "./page";
import { startPhotos } from "./photos";
import { startPresses } from "./press";
import { startSignatures } from "./signature";
import { startTimers } from "./timers";

startPage();
startPresses();
startDrafts();
startPhotos();
startSignatures();
startLists();
startChoosing();
startCountdown();
startNews();
startFragments();
startTimers();
startAltKeys();
