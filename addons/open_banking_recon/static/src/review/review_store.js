const MODEL = "recon.document";

/**
 * The state of a review: what was read, the page that is shown, the field that is being filled.
 * Components read it and call it; the server says what a value is and keeps it.
 */
export class ReviewStore {
    constructor(orm) {
        this.orm = orm;
        this.resId = false;
        this.loads = 0;
        this.work = Promise.resolve();
        this.clear();
    }

    clear() {
        this.isLoading = false;
        this.state = "";
        this.canEdit = false;
        this.canAccept = false;
        this.fields = [];
        this.checks = [];
        this.pages = [];
        this.waiting = 0;
        this.kept = {}; // how often each field was filled: its input shows what became of it
        this.current = false; // name of the field that is being filled
        this.pageNumber = 0;
        this.refused = { name: false, text: "" }; // what the server said is no value, of which field
    }

    async load(resId) {
        const turn = ++this.loads;
        if (resId !== this.resId) {
            this.clear();
            this.resId = resId;
        }
        if (!resId) {
            return;
        }
        this.isLoading = !this.state;
        const review = await this.orm.silent.call(MODEL, "review", [[resId]]);
        if (turn === this.loads) {
            this.show(review);
        }
    }

    show(review) {
        this.isLoading = false;
        this.state = review.state;
        this.canEdit = review.can_edit;
        this.canAccept = review.can_accept;
        this.fields = review.fields;
        this.checks = review.checks;
        this.pages = review.pages;
        this.waiting = review.waiting;
        if (!this.page && this.pages.length) {
            this.pageNumber = this.pages[0].number;
        }
    }

    get page() {
        return this.pages.find((page) => page.number === this.pageNumber);
    }

    get field() {
        return this.fields.find((field) => field.name === this.current);
    }

    get doubtful() {
        return this.fields.filter((field) => field.state === "check");
    }

    /** The fields that stand on the page that is shown. */
    get boxes() {
        return this.fields.filter((field) => field.box && field.page === this.pageNumber);
    }

    /** A field is being filled: its page is shown. */
    focus(name) {
        this.current = name;
        const { field } = this;
        if (field && field.box && this.pages.some((page) => page.number === field.page)) {
            this.pageNumber = field.page;
        }
    }

    turn(step) {
        const at = this.pages.findIndex((page) => page.number === this.pageNumber) + step;
        if (this.pages[at]) {
            this.pageNumber = this.pages[at].number;
        }
    }

    setValue(name, text) {
        return this.keep("set_read_value", [name, text]);
    }

    /** Fill the current field with the value at these words of the page. */
    pick(words) {
        return this.keep("pick_read_value", [this.current, this.page.id, words]);
    }

    /** One after the other: each answer is what the next one starts from. True where it was kept. */
    keep(method, args) {
        const { resId } = this;
        const next = async () => {
            const answer = await this.orm.call(MODEL, method, [[resId], ...args]);
            if (resId !== this.resId) {
                return true; // another document is shown meanwhile
            }
            this.refused = { name: args[0], text: answer.refused || "" };
            if (!answer.refused) {
                this.loads++;
                this.kept[args[0]] = (this.kept[args[0]] || 0) + 1;
                this.show(answer);
            }
            return !answer.refused;
        };
        this.work = this.work.then(next, next);
        return this.work;
    }
}
