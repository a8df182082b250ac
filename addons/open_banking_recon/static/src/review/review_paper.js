import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { stepped, wordAt, wordsBetween } from "./review_places";

const ZOOMS = [1, 1.25, 1.5, 2, 3];
const ARROWS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"];
const STILL = 0.005; // parts of the page the hand may move in a click

/** The page as it was looked at, with the places of the values; its words fill the current field. */
export class ReviewPaper extends Component {
    static template = "open_banking_recon.ReviewPaper";
    static props = { ...standardWidgetProps };

    setup() {
        this.notification = useService("notification");
        this.store = useState(this.env.review);
        this.state = useState({ zoom: 0, from: false, to: false, cursor: -1 });
        this.layer = useRef("layer");
        this.scroll = useRef("scroll");
        useEffect(
            () => this.showCurrent(),
            () => [this.store.current, this.store.pageNumber, this.store.field?.box]
        );
        useEffect(
            () => {
                this.state.cursor = -1;
            },
            () => [this.store.resId, this.store.pageNumber]
        );
    }

    get words() {
        return this.store.page ? this.store.page.words : [];
    }

    get position() {
        const at = this.store.pages.findIndex((page) => page.number === this.store.pageNumber);
        return _t("Page %(number)s of %(total)s", { number: at + 1, total: this.store.pages.length });
    }

    get picture() {
        return `/web/image/recon.document.page/${this.store.page.id}/picture`;
    }

    get width() {
        return `width: ${100 * ZOOMS[this.state.zoom]}%; aspect-ratio: ${this.store.page.ratio}`;
    }

    get zoomText() {
        return `${Math.round(100 * ZOOMS[this.state.zoom])} %`;
    }

    get isLargest() {
        return this.state.zoom === ZOOMS.length - 1;
    }

    get chosen() {
        const { from, to, cursor } = this.state;
        if (from) {
            return this.meant(from, to);
        }
        return cursor < 0 ? [] : [cursor];
    }

    /** How a box or a word lies on the page. */
    place([left, top, right, bottom]) {
        const percent = (part) => `${(100 * part).toFixed(2)}%`;
        return `left: ${percent(left)}; top: ${percent(top)}; width: ${percent(right - left)}; height: ${percent(bottom - top)}`;
    }

    zoom(step) {
        this.state.zoom = Math.max(0, Math.min(ZOOMS.length - 1, this.state.zoom + step));
    }

    showCurrent() {
        const box = this.layer.el?.querySelector(".o_recon_box_current");
        if (!box || !this.scroll.el) {
            return;
        }
        // only inside the paper: the form itself stays where it is
        const middle = box.offsetTop + box.offsetHeight / 2 - this.scroll.el.clientHeight / 2;
        const across = box.offsetLeft + box.offsetWidth / 2 - this.scroll.el.clientWidth / 2;
        this.scroll.el.scrollTo({ top: middle, left: across, behavior: "auto" });
    }

    point(ev) {
        const { left, top, width, height } = this.layer.el.getBoundingClientRect();
        return { x: (ev.clientX - left) / width, y: (ev.clientY - top) / height };
    }

    meant(from, to) {
        const isClick = Math.abs(from.x - to.x) < STILL && Math.abs(from.y - to.y) < STILL;
        return isClick ? wordAt(this.words, to) : wordsBetween(this.words, from, to);
    }

    onPointerdown(ev) {
        if (ev.button !== 0 || ev.pointerType === "touch" || !this.store.canEdit) {
            return;
        }
        ev.preventDefault(); // the field keeps the focus
        this.layer.el.setPointerCapture(ev.pointerId);
        this.state.from = this.state.to = this.point(ev);
    }

    onPointermove(ev) {
        if (this.state.from) {
            this.state.to = this.point(ev);
        }
    }

    onPointerup(ev) {
        const { from } = this.state;
        this.state.from = false;
        if (from) {
            this.pick(this.meant(from, this.point(ev)));
        }
    }

    /** A finger scrolls; where it only taps it means a word. */
    onClick(ev) {
        if (ev.pointerType === "touch" && this.store.canEdit) {
            this.pick(wordAt(this.words, this.point(ev)));
        }
    }

    onKeydown(ev) {
        if (ARROWS.includes(ev.key) && this.words.length) {
            this.state.cursor = stepped(this.words, this.state.cursor, ev.key);
        } else if (ev.key === "Enter" && !ev.ctrlKey && this.state.cursor >= 0) {
            this.pick([this.state.cursor]);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    async pick(words) {
        if (!words.length || !this.store.canEdit) {
            return;
        }
        if (!this.store.current) {
            const text = _t("Choose the field first that this value is for.");
            this.notification.add(text, { type: "warning" });
            return;
        }
        if (await this.props.record.isDirty()) {
            await this.props.record.save();
        }
        if (await this.store.pick(words)) {
            await this.props.record.load();
        }
    }
}

export const reviewPaper = { component: ReviewPaper };

registry.category("view_widgets").add("recon_document_paper", reviewPaper);
