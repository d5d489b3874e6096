// Generated from the OpenAPI document by types.mjs.
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Health
         * @description State of the service: version, devices, workers and the length of the probe queue.
         */
        get: operations["health_health_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/architectures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Architectures
         * @description Network architectures that can be built and trained.
         */
        get: operations["architectures_architectures_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/measurements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Measurements
         * @description All measurements: what each of them is, and what its request and its answer hold.
         */
        get: operations["measurements_measurements_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recipes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recipes
         * @description Training configurations by name. POST /runs takes a recipe and overrides.
         */
        get: operations["recipes_recipes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Datasets
         * @description Data sets by name, including image folders that have been read before.
         */
        get: operations["datasets_datasets_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/datasets/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Image
         * @description One image as PNG, preprocessed as for the network but not normalised.
         */
        get: operations["image_datasets_image_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description All runs, newest first.
         */
        get: operations["list_runs_runs_get"];
        put?: never;
        /**
         * Create Run
         * @description Queue a training run for the trainer service (`python -m iterscope_trainer watch`).
         */
        post: operations["create_run_runs_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Run
         * @description One run.
         */
        get: operations["get_run_runs__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Run
         * @description Delete a run with its curves, checkpoints and checkpoint files; 409 while it is running.
         */
        delete: operations["delete_run_runs__id__delete"];
        options?: never;
        head?: never;
        /**
         * Change Run
         * @description Change name, notes or tags.
         */
        patch: operations["change_run_runs__id__patch"];
        trace?: never;
    };
    "/runs/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop Run
         * @description Ask the trainer to save and stop the run; a queued run is cancelled at once.
         */
        post: operations["stop_run_runs__id__stop_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Curves per epoch and block: all of them, only what was logged since a cursor, or means over repeated seeds.
         */
        get: operations["metrics_runs__id__metrics_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Curves
         * @description The same curves as arrays of float32 in one safetensors file, as the views read them.
         *
         *     Its metadata `curves` is JSON: blocks, epochs, how each metric is drawn, axis ranges over all epochs, and the claim on every epoch.
         */
        get: operations["curves_runs__id__curves_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/paper": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Paper
         * @description State of every figure, and every claim with its verdict and measured value.
         */
        get: operations["paper_paper_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/paper/figures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figure
         * @description One figure or table: the lines of its panels, and the probes that still have to be run for it.
         */
        get: operations["figure_paper_figures__id__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Checkpoints
         * @description All checkpoints, or those of one run, newest first.
         */
        get: operations["list_checkpoints_checkpoints_get"];
        put?: never;
        /**
         * Upload Checkpoint
         * @description Import a checkpoint that Iterscope wrote, as a run with the status `imported` if it records its data set.
         *
         *     The same weights are not stored twice; if their stored file is missing or damaged, it is restored. For other weight files, use
         *     POST /imports.
         */
        post: operations["upload_checkpoint_checkpoints_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/checkpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Checkpoint
         * @description One checkpoint; `latest` is the newest checkpoint of the newest run that has one.
         */
        get: operations["get_checkpoint_checkpoints__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Checkpoint
         * @description Delete a checkpoint with its file and the results of its probes; 409 while its run is running. The run and its curves stay.
         */
        delete: operations["delete_checkpoint_checkpoints__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send File
         * @description Parse a weight file in a separate process and recognise its network. 422 says why a file is refused.
         *
         *     A checkpoint that Iterscope wrote leaves nothing open: it is stored at once, as by POST /checkpoints, and the answer is that checkpoint.
         */
        post: operations["send_file_imports_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Import
         * @description The recognised network of an unfinished import. Unfinished imports are deleted after an hour.
         */
        get: operations["get_import_imports__id__get"];
        put?: never;
        post?: never;
        /**
         * Forget Import
         * @description Delete an unfinished import and its file.
         */
        delete: operations["forget_import_imports__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish Import
         * @description Run the network on the data set, check its accuracy, and store it as a run with the status `imported` and one checkpoint.
         *
         *     Returns 201 with the checkpoint if this is done within `wait` seconds, otherwise 202 with a job that reports progress and can be
         *     cancelled. It takes seconds for small images that were read before, and minutes for a large folder. After a cancellation, send the
         *     request again to finish the import.
         */
        post: operations["finish_import_imports__id__checkpoint_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/block-metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cosine loss, ℓ2 ratio and norms of every block (figures 2, 4, 8, 9)
         * @description Cosine loss, ℓ2 ratio and norms of every block.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_block_metrics_probe_block_metrics_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accuracy and loss without blocks (figure 3)
         * @description Accuracy and loss without each block separately, or without given sets of blocks.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_drop_probe_drop_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/unroll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * One block applied additional times (figure 7)
         * @description One block applied `steps` additional times.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_unroll_probe_unroll_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/batch-statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activation norms and accuracy with batch statistics (figures 8 and 9)
         * @description Activation norms and accuracy when BatchNorm uses batch statistics, as in training.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_batch_statistics_probe_batch_statistics_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/early-exit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accuracy of the head after each block of the last stage (figure 5)
         * @description The head applied to the hidden state after each block of the last stage.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_early_exit_probe_early_exit_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/borderline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Borderline images over the last blocks (figure 6)
         * @description Accuracy, loss and entropy of borderline, correct and all images from the reference block to the output.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_borderline_probe_borderline_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/shuffle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accuracy with swapped blocks, against Kendall's τ of their order
         * @description Random swaps of blocks of the same shape.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_shuffle_probe_shuffle_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Any sequence of (block, scale) steps, compared with the untouched network
         * @description Any sequence of blocks, compared with the untouched network or with another plan.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_plan_probe_plan_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Borderline, corrected, overthought and other groups of images
         * @description Images grouped by how the network predicts them, in pages.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_samples_probe_samples_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/sample": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Class probabilities, margin and cosine of one image at every block
         * @description One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_sample_probe_sample_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predictions for chosen images under several plans
         * @description Predictions for chosen images under several plans; `limit` and `seed` have no effect.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_predictions_probe_predictions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Job
         * @description State of a job, with its result when it is done.
         */
        get: operations["get_job_jobs__id__get"];
        put?: never;
        post?: never;
        /**
         * Cancel Job
         * @description Cancel a job. The state changes at once; the worker stops at its next chunk of images. Other clients waiting for it are notified.
         */
        delete: operations["cancel_job_jobs__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events
         * @description Server-sent events: `progress` with {progress}, `partial` with {progress, partial}, the answer for the images that are done so far,
         *     then one final event: `done` with {job}, `failed` or `cancelled`.
         *
         *     With the header Last-Event-ID, the stream continues after that event.
         */
        get: operations["events_jobs__id__events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Accuracy */
        Accuracy: {
            /** Accuracy */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
        };
        /**
         * Architecture
         * @description An architecture that `POST /runs` can train.
         * @example {
         *       "description": "pre-activation ResNet of depth 6n + 2",
         *       "name": "resnet{6n+2}",
         *       "options": [
         *         "widths"
         *       ]
         *     }
         */
        Architecture: {
            /** Name */
            name: string;
            /** Description */
            description: string;
            /** Options */
            options: string[];
        };
        /** Architectures */
        Architectures: {
            /** Architectures */
            architectures: components["schemas"]["Architecture"][];
        };
        /**
         * BatchStatisticsOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        BatchStatisticsOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["BatchStatisticsResult"][];
        };
        /**
         * BatchStatisticsRequest
         * @description Activation norms and accuracy when BatchNorm uses batch statistics, as in training.
         * @example {
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation",
         *       "unshared": false
         *     }
         */
        BatchStatisticsRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Per Image
             * @description Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is base64 of little-endian numbers in row order.
             * @default false
             */
            per_image: boolean;
            /**
             * Unshared
             * @description Whether to measure, in place of the checkpoint, the freshly initialised network of the same depth, width and seed without shared blocks: the control for a network that shares them.
             * @default false
             */
            unshared: boolean;
        } & (unknown | unknown);
        /** BatchStatisticsResult */
        BatchStatisticsResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Unshared
             * @description Whether the unshared control was measured.
             */
            unshared: boolean;
            /** @description ‖h‖ before each block. */
            activation_norm: components["schemas"]["Summary"];
            /** @description The largest ‖h‖ of any block divided by that of the first, per image. */
            growth: components["schemas"]["MeanAndStd"];
            /**
             * Accuracy
             * @description With batch statistics.
             */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /**
             * Loss
             * @description With batch statistics, in nats.
             */
            loss: number | ("Infinity" | "-Infinity") | null;
        };
        /**
         * Block
         * @description One residual block.
         */
        Block: {
            /** Index */
            index: number;
            /** Stage */
            stage: number;
            /** Is Projection */
            is_projection: boolean;
            /**
             * Shared With
             * @description The block whose convolutions this block reuses; null if it has its own.
             */
            shared_with?: number | null;
        };
        /**
         * BlockMetricsOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        BlockMetricsOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["BlockMetricsResult"][];
        };
        /**
         * BlockMetricsRequest
         * @description Cosine loss, ℓ2 ratio and norms of every block.
         * @example {
         *       "checkpoint": "latest",
         *       "gradient": "end_to_end",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        BlockMetricsRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Per Image
             * @description Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is base64 of little-endian numbers in row order.
             * @default false
             */
            per_image: boolean;
            /**
             * Gradient
             * @description Gradient through the rest of the network, or with the head plugged in at each block's input.
             * @default end_to_end
             * @enum {string}
             */
            gradient: "end_to_end" | "plugged";
            /**
             * Update
             * @description The update whose cosine and ratio are measured. `branch`: F before the addition; `effective`: the block's total change, the next hidden state minus this one. They differ in post-activation networks.
             * @default branch
             * @enum {string}
             */
            update: "branch" | "effective";
            /**
             * Plan
             * @description Another sequence of blocks; the result has one entry per step.
             */
            plan?: [
                number,
                number
            ][] | string | null;
        } & (unknown | unknown);
        /** BlockMetricsResult */
        BlockMetricsResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Gradient
             * @description end_to_end or plugged, as requested.
             */
            gradient: string;
            /**
             * Update
             * @description branch or effective, as requested.
             * @default branch
             */
            update: string;
            /**
             * Steps
             * @description The blocks that ran, with their factors.
             */
            steps: components["schemas"]["PlanStepResult"][];
            /**
             * Shapes
             * @description [channels, height, width] of the hidden state after each step; null in results of older versions.
             */
            shapes?: number[][] | null;
            /** @description cos(F, ∂L/∂h) */
            cosine_loss: components["schemas"]["Summary"];
            /** @description ‖F‖ / ‖h‖ */
            l2_ratio: components["schemas"]["Summary"];
            /** @description ‖h‖ */
            activation_norm: components["schemas"]["Summary"];
            /** @description ‖∂L/∂h‖ */
            gradient_norm: components["schemas"]["Summary"];
            /** @description ‖∂L/∂h‖ at the first block divided by that at the last stage's first block. */
            gradient_norm_ratio: components["schemas"]["MeanAndStd"];
            /**
             * Accuracy
             * @description Of the whole plan.
             */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /**
             * Loss
             * @description Of the whole plan, in nats.
             */
            loss: number | ("Infinity" | "-Infinity") | null;
        };
        /** Body_send_file_imports_post */
        Body_send_file_imports_post: {
            /**
             * File
             * @description A state_dict, bare or nested (.safetensors, .pth, .pt, .th or .ckpt).
             */
            file: string;
            /**
             * Table
             * @description Which table of tensors, if the file has several, such as state_dict_ema.
             */
            table?: string | null;
        };
        /** Body_upload_checkpoint_checkpoints_post */
        Body_upload_checkpoint_checkpoints_post: {
            /**
             * File
             * @description A checkpoint file (safetensors) written by Iterscope.
             */
            file: string;
            /** Name */
            name?: string | null;
        };
        /**
         * BorderlineChoice
         * @description Which images count as borderline: |p_y − max p_j| < threshold at the reference block.
         */
        BorderlineChoice: {
            /**
             * Threshold
             * @description Images with a probability margin below this are borderline.
             * @default 0.1
             */
            threshold: number;
            /**
             * Reference
             * @description `output`, `last5` (the first of the last five blocks), or a block index.
             * @default output
             */
            reference: ("output" | "last5") | number;
        };
        /**
         * BorderlineOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        BorderlineOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["BorderlineResult"][];
        };
        /**
         * BorderlineRequest
         * @description Accuracy, loss and entropy of borderline, correct and all images from the reference block to the output.
         * @example {
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "reference": "last5",
         *       "split": "validation",
         *       "threshold": 0.1
         *     }
         */
        BorderlineRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Per Image
             * @description Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is base64 of little-endian numbers in row order.
             * @default false
             */
            per_image: boolean;
            /**
             * Threshold
             * @description Images with a probability margin below this are borderline.
             * @default 0.1
             */
            threshold: number;
            /**
             * Reference
             * @description Where images are judged: `last5` (the first of the last five blocks), `output`, or a block of the last stage.
             * @default last5
             */
            reference: ("output" | "last5") | number;
        } & (unknown | unknown);
        /** BorderlineResult */
        BorderlineResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Reference
             * @description The block after which images are judged.
             */
            reference: number;
            /**
             * Threshold
             * @description Images with a probability margin below this are borderline.
             */
            threshold: number;
            /**
             * Exit Blocks
             * @description The reference block and those after it.
             */
            exit_blocks: number[];
            /** @description Borderline, correct and all images, as judged at the reference block. */
            groups: components["schemas"]["Groups"];
        };
        /** Cell */
        Cell: {
            /** Mean */
            mean: number | ("Infinity" | "-Infinity") | null;
            /** Std */
            std: number | ("Infinity" | "-Infinity") | null;
            /** Text */
            text: string;
        };
        /** ChangedImage */
        ChangedImage: {
            /** Index */
            index: number;
            /** Label */
            label: number;
            /** Before */
            before: number;
            /** After */
            after: number;
        };
        /**
         * Checkpoint
         * @description A stored network.
         * @example {
         *       "architecture": {
         *         "blocks": [
         *           9,
         *           9,
         *           9
         *         ],
         *         "name": "resnet56",
         *         "widths": [
         *           16,
         *           32,
         *           64
         *         ]
         *       },
         *       "blocks": [
         *         {
         *           "index": 0,
         *           "is_projection": false,
         *           "stage": 0
         *         }
         *       ],
         *       "created_at": "2026-11-24T10:01:15.000Z",
         *       "dataset": {
         *         "class_names": [
         *           "0",
         *           "1"
         *         ],
         *         "fingerprint": "51aa…",
         *         "name": "digits"
         *       },
         *       "epoch": 12,
         *       "id": "c3f8w2n6t",
         *       "metrics": {
         *         "validation_accuracy": 0.98
         *       },
         *       "name": "demo, epoch 12",
         *       "num_parameters": 857706,
         *       "path": "checkpoints/r7k2m9qx4/epoch-0012.safetensors",
         *       "run": "r7k2m9qx4",
         *       "sha256": "9f2c…",
         *       "size_bytes": 3489420
         *     }
         */
        Checkpoint: {
            /** Id */
            id: string;
            /**
             * Sha256
             * @description Digest of architecture and weights.
             */
            sha256: string;
            /**
             * Run
             * @description Run id; null for a checkpoint imported with `POST /checkpoints`.
             */
            run: string | null;
            /** Epoch */
            epoch: number | null;
            /** Name */
            name: string;
            /**
             * Path
             * @description Path of the file, relative to the home folder if it is inside it.
             */
            path: string;
            /** Architecture */
            architecture: {
                [key: string]: unknown;
            };
            /** Dataset */
            dataset: {
                [key: string]: unknown;
            } | null;
            /** Num Parameters */
            num_parameters: number;
            /** Size Bytes */
            size_bytes: number;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            /** Metrics */
            metrics: {
                [key: string]: unknown;
            };
            /**
             * Preprocessing
             * @description For an imported network: size, crop, interpolation, mean, std, class names; null: its data set's mean and std.
             */
            preprocessing?: {
                [key: string]: unknown;
            } | null;
            /**
             * Factory
             * @description For one's own network: the function that builds it, and the folders that it is imported from. Only the user's own programs record one, never an upload.
             */
            factory?: {
                [key: string]: unknown;
            } | null;
            /** Created At */
            created_at: string;
        };
        /** Checkpoints */
        Checkpoints: {
            /**
             * Checkpoints
             * @description Newest first.
             */
            checkpoints: components["schemas"]["Checkpoint"][];
        };
        /** CorrectedBy */
        CorrectedBy: {
            /** Block */
            block: number;
            /**
             * Count
             * @description Number of images that are wrong after the previous block and right from this block on.
             */
            count: number;
        };
        /** Counts */
        Counts: {
            /** Holds */
            holds: number;
            /** Does Not Hold */
            "does not hold": number;
            /** Inconclusive */
            inconclusive: number;
            /** Not Yet Run */
            "not yet run": number;
        };
        /**
         * Curve
         * @description A whole-model number after each logged epoch.
         */
        Curve: {
            /** Epochs */
            epochs: number[];
            /** Values */
            values: (number | ("Infinity" | "-Infinity") | null)[];
        };
        /**
         * DatasetDescription
         * @description A data set; sizes and classes are null if they aren't known without reading it.
         * @example {
         *       "available": true,
         *       "class_names": [
         *         "0",
         *         "1",
         *         "2",
         *         "3",
         *         "4",
         *         "5",
         *         "6",
         *         "7",
         *         "8",
         *         "9"
         *       ],
         *       "description": "1,797 handwritten digits",
         *       "name": "digits",
         *       "num_classes": 10,
         *       "train_size": 1438,
         *       "validation_size": 359
         *     }
         */
        DatasetDescription: {
            /** Name */
            name: string;
            /** Description */
            description: string;
            /** Available */
            available: boolean;
            /** Num Classes */
            num_classes: number | null;
            /** Class Names */
            class_names: string[] | null;
            /** Train Size */
            train_size: number | null;
            /** Validation Size */
            validation_size: number | null;
        };
        /** Datasets */
        Datasets: {
            /** Datasets */
            datasets: components["schemas"]["DatasetDescription"][];
        };
        /**
         * DropOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        DropOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["DropResult"][];
        };
        /**
         * DropRequest
         * @description Accuracy and loss without each block separately, or without given sets of blocks.
         * @example {
         *       "blocks": "each",
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        DropRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Per Image
             * @description Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is base64 of little-endian numbers in row order.
             * @default false
             */
            per_image: boolean;
            /**
             * Blocks
             * @description `each` block separately, or sets of blocks to drop together.
             * @default each
             */
            blocks: "each" | number[][];
        } & (unknown | unknown);
        /** DropResult */
        DropResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /** @description The untouched network. */
            baseline: components["schemas"]["Accuracy"];
            /**
             * Plans
             * @description Accuracy with its 95 % Wilson interval, and loss in nats, without these blocks.
             */
            plans: components["schemas"]["DroppedBlocks"][];
        };
        /** DroppedBlocks */
        DroppedBlocks: {
            /** Accuracy */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
            /** Blocks */
            blocks: number[];
        };
        /**
         * EarlyExitOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        EarlyExitOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["EarlyExitResult"][];
        };
        /**
         * EarlyExitRequest
         * @description The head applied to the hidden state after each block of the last stage.
         * @example {
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        EarlyExitRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
        } & (unknown | unknown);
        /** EarlyExitResult */
        EarlyExitResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Exit Blocks
             * @description The blocks after which the head is applied.
             */
            exit_blocks: number[];
            /**
             * Accuracy
             * @description Share of images that are predicted correctly.
             */
            accuracy: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Accuracy Interval
             * @description 95 % Wilson interval of the accuracy.
             */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Loss
             * @description Mean cross-entropy.
             */
            loss: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Entropy
             * @description Mean entropy of the predicted distribution.
             */
            entropy: (number | ("Infinity" | "-Infinity") | null)[];
        };
        /** Exits */
        Exits: {
            /**
             * Blocks
             * @description The blocks after which the head is applied.
             */
            blocks: number[];
            /**
             * Probabilities
             * @description Of each class.
             */
            probabilities: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Margin
             * @description p_y − max_{j≠y} p_j
             */
            margin: (number | ("Infinity" | "-Infinity") | null)[];
        };
        /**
         * FieldError
         * @description A field that is wrong.
         */
        FieldError: {
            /**
             * Field
             * @description Path of the field, such as `body.limit` or `query.since`.
             */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * Figure
         * @description One figure or table.
         * @example {
         *       "claims": [
         *         "fig4-negative"
         *       ],
         *       "id": "fig4",
         *       "missing": [],
         *       "panel_count": 4,
         *       "panels": [
         *         {
         *           "blocks": [
         *             {
         *               "index": 0,
         *               "is_projection": false,
         *               "stage": 0
         *             }
         *           ],
         *           "dataset": "digits",
         *           "n": 1,
         *           "role": "original",
         *           "runs": [
         *             "r7k2m9qx4"
         *           ],
         *           "series": [
         *             {
         *               "mean": [
         *                 -0.012
         *               ],
         *               "n": 1,
         *               "name": "validation",
         *               "role": "original",
         *               "samples": 24,
         *               "split": "validation",
         *               "x": [
         *                 0
         *               ]
         *             }
         *           ],
         *           "state": "ready",
         *           "title": "ResNet-56 on digits",
         *           "x": {
         *             "kind": "block",
         *             "label": "residual block index"
         *           },
         *           "y": {
         *             "label": "cos(F_i, ∂L/∂h_i)",
         *             "log": false,
         *             "unit": ""
         *           }
         *         }
         *       ],
         *       "provenance": {
         *         "library_versions": {
         *           "iterscope": "0.1.0"
         *         },
         *         "runs": []
         *       },
         *       "section": "4.1",
         *       "shows": "Blocks point against the loss gradient.",
         *       "state": "partial",
         *       "title": "Cosine loss of every block",
         *       "wanted": []
         *     }
         */
        Figure: {
            /** Id */
            id: string;
            /** Title */
            title: string;
            /** Section */
            section: string;
            /**
             * Shows
             * @description What the paper's figure shows.
             */
            shows: string;
            /**
             * State
             * @enum {string}
             */
            state: "complete" | "partial" | "not yet run";
            /**
             * Panel Count
             * @description Number of panels; 0 for a table.
             */
            panel_count: number;
            /**
             * Missing
             * @description What is missing, each with the command or action that adds it.
             */
            missing: string[];
            /**
             * Claims
             * @description Ids of the claims about this figure.
             */
            claims: string[];
            /** Panels */
            panels: components["schemas"]["Panel"][];
            table: components["schemas"]["PaperTable"] | null;
            /** Wanted */
            wanted: components["schemas"]["WantedProbe"][];
            provenance: components["schemas"]["PaperProvenance"];
        };
        /** FigureSummary */
        FigureSummary: {
            /** Id */
            id: string;
            /** Title */
            title: string;
            /** Section */
            section: string;
            /**
             * Shows
             * @description What the paper's figure shows.
             */
            shows: string;
            /**
             * State
             * @enum {string}
             */
            state: "complete" | "partial" | "not yet run";
            /**
             * Panel Count
             * @description Number of panels; 0 for a table.
             */
            panel_count: number;
            /**
             * Missing
             * @description What is missing, each with the command or action that adds it.
             */
            missing: string[];
            /**
             * Claims
             * @description Ids of the claims about this figure.
             */
            claims: string[];
        };
        /**
         * Finding
         * @description A claim of the paper, tested on your own runs.
         */
        Finding: {
            /** Id */
            id: string;
            /** Figures */
            figures: string[];
            /** Section */
            section: string;
            /** Sentence */
            sentence: string;
            /**
             * About
             * @enum {string}
             */
            about: "trained networks" | "initialisation";
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "holds" | "does not hold" | "inconclusive" | "not yet run";
            /**
             * Measured
             * @description The measured value as a sentence, or what is missing.
             */
            measured: string;
            /** Statistic */
            statistic: number | ("Infinity" | "-Infinity") | null;
            /** Comparison */
            comparison: ("<" | ">") | null;
            /** Threshold */
            threshold: number | ("Infinity" | "-Infinity") | null;
            /**
             * Interval
             * @description Bootstrap interval over images, extended to Student's t interval over seeds if there are three or more. The claim holds if the whole interval is on the right side of the threshold, and does not hold if it is on the other side.
             */
            interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ] | null;
            /**
             * Level
             * @description The interval's level: 0.95, or 1 − 0.05/3 if `looks` is not 0.
             */
            level: number | ("Infinity" | "-Infinity") | null;
            /**
             * Looks
             * @description How often `iterscope paper --more-seeds` has judged the claim; at most 3.
             */
            looks: number;
            /**
             * N Runs
             * @description Number of seeds of the network that has the fewest.
             */
            n_runs: number;
            /**
             * N Samples
             * @description Number of images behind the statistic.
             */
            n_samples: number | null;
            /** Nets */
            nets: string[];
            /**
             * Scope
             * @description Where the verdict is from, such as "on digits, ResNet-56, 4 seeds: seen".
             */
            scope: string;
            /**
             * Note
             * @description Why a verdict is inconclusive, and what else limits it.
             */
            note: string | null;
        };
        /**
         * Group
         * @description A group of images under each plan, step or exit; intervals are 95 % Wilson intervals.
         */
        Group: {
            /** N */
            n: number;
            /** Accuracy */
            accuracy: (number | ("Infinity" | "-Infinity") | null)[];
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /** Loss */
            loss: (number | ("Infinity" | "-Infinity") | null)[];
            /** Entropy */
            entropy: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Gained
             * @description Number of images that are right here and wrong in the first entry.
             */
            gained: number[];
            /**
             * Lost
             * @description Number of images that are wrong here and right in the first entry.
             */
            lost: number[];
        };
        /** Groups */
        Groups: {
            borderline: components["schemas"]["Group"];
            correct: components["schemas"]["Group"];
            all: components["schemas"]["Group"];
        };
        /**
         * Health
         * @description State of the service.
         * @example {
         *       "database": "iterscope-data/iterscope.sqlite3",
         *       "device": "cpu",
         *       "home": "iterscope-data",
         *       "queue_length": 0,
         *       "status": "ok",
         *       "torch_threads": 2,
         *       "version": "0.1.0",
         *       "workers": [
         *         {
         *           "device": "cpu",
         *           "state": "ready"
         *         }
         *       ]
         *     }
         */
        Health: {
            /** Status */
            status: string;
            /** Version */
            version: string;
            /**
             * Device
             * @description Devices of the workers, separated by commas.
             */
            device: string;
            /**
             * Torch Threads
             * @description Number of threads of a worker's tensor operations; 0 until it has started.
             */
            torch_threads: number;
            /**
             * Queue Length
             * @description Number of waiting probes.
             */
            queue_length: number;
            /** Workers */
            workers: components["schemas"]["WorkerState"][];
            /** Database */
            database: string;
            /** Home */
            home: string;
        };
        /**
         * Import
         * @description An uploaded file whose network was recognised. `POST /imports/{id}/checkpoint` finishes the import.
         * @example {
         *       "evidence": [
         *         "9 basic blocks in stages of 3, 3, 3 with 16, 32, 64 filters: depth 20"
         *       ],
         *       "file_name": "resnet20.th",
         *       "id": "i3f9a01c2d4",
         *       "nesting": "state_dict → module.",
         *       "open_points": [
         *         {
         *           "field": "normalisation",
         *           "question": "With which mean and standard deviation were the images normalised in training?"
         *         }
         *       ],
         *       "presets": {
         *         "imagenet": {
         *           "image_size": 224,
         *           "mean": [
         *             0.485,
         *             0.456,
         *             0.406
         *           ],
         *           "resize": 256,
         *           "std": [
         *             0.229,
         *             0.224,
         *             0.225
         *           ]
         *         }
         *       },
         *       "problems": [],
         *       "recognised": {
         *         "architecture": {
         *           "family": "cifar",
         *           "input_channels": 3,
         *           "input_size": 32,
         *           "name": "resnet20",
         *           "num_classes": 10,
         *           "options": {
         *             "block": "basic",
         *             "padding": "both",
         *             "shortcut": "A",
         *             "widths": [
         *               16,
         *               32,
         *               64
         *             ]
         *           }
         *         },
         *         "blocks": [
         *           {
         *             "index": 0,
         *             "is_projection": false,
         *             "stage": 0
         *           }
         *         ],
         *         "convention": "post-activation",
         *         "input_size": 32,
         *         "name": "ResNet-20 (CIFAR, option A)",
         *         "num_classes": 10,
         *         "num_parameters": 269722
         *       },
         *       "size_bytes": 1099231
         *     }
         */
        Import: {
            /** Id */
            id: string;
            /** File Name */
            file_name: string;
            /** Size Bytes */
            size_bytes: number;
            recognised: components["schemas"]["RecognisedNetwork"];
            /**
             * Nesting
             * @description Where the tensors are nested in the file and which prefixes were removed; empty if neither.
             */
            nesting: string;
            /**
             * Evidence
             * @description What the tensor names and shapes show, as sentences.
             */
            evidence: string[];
            /** Open Points */
            open_points: components["schemas"]["OpenPoint"][];
            /** Problems */
            problems: string[];
            /** Presets */
            presets: {
                [key: string]: components["schemas"]["Preset"];
            };
        };
        /**
         * ImportAnswers
         * @description The data set and answers to the open points. Points left out are decided by the network's accuracy and loss on the data.
         * @example {
         *       "dataset": "cifar10",
         *       "name": "my ResNet-20",
         *       "preset": "imagenet"
         *     }
         */
        ImportAnswers: {
            /**
             * Dataset
             * @description A name from `GET /datasets`, or `folder:PATH`.
             */
            dataset: string;
            /**
             * Preset
             * @description Normalisation: one of the import's presets, or `dataset` for the data set's own.
             */
            preset?: string | null;
            /**
             * Mean
             * @description Mean per channel, instead of a preset and together with std; for pixel values from 0 to max_value.
             */
            mean?: number[] | null;
            /** Std */
            std?: number[] | null;
            /**
             * Max Value
             * @description Largest pixel value to which mean and std belong: 1 (default) or 255. Without them: pixel values from 0 to this.
             */
            max_value?: number | null;
            /**
             * Image Size
             * @description Height and width in pixels, if it is an open point.
             */
            image_size?: number | null;
            /**
             * Class Names
             * @description Class names in the order of the network's outputs.
             */
            class_names?: string[] | null;
            /**
             * Architecture
             * @description One of the open point's choices, if several networks have the same tensor names and shapes.
             */
            architecture?: string | null;
            /** Name */
            name?: string | null;
            /**
             * Check
             * @description Check the accuracy on up to 500 validation images.
             * @default true
             */
            check: boolean;
            /**
             * Wait
             * @description Seconds to wait for the checkpoint before returning 202; default 2.
             */
            wait?: number | null;
        };
        /**
         * ImportCheck
         * @description Accuracy of the network on the data set.
         */
        ImportCheck: {
            /** Accuracy */
            accuracy: number;
            /** Chance */
            chance: number;
            /** Samples */
            samples: number;
            /**
             * Warning
             * @description A warning if accuracy is at chance level or another normalisation is clearly better; otherwise null.
             */
            warning: string | null;
            /**
             * Better
             * @description Presets that are clearly better, the best first; `tried` has their accuracy.
             */
            better: string[];
        };
        /**
         * ImportedCheckpoint
         * @description A checkpoint as in `GET /checkpoints/{id}`, with the results of its import.
         * @example {
         *       "architecture": {
         *         "blocks": [
         *           9,
         *           9,
         *           9
         *         ],
         *         "name": "resnet56",
         *         "widths": [
         *           16,
         *           32,
         *           64
         *         ]
         *       },
         *       "blocks": [
         *         {
         *           "index": 0,
         *           "is_projection": false,
         *           "stage": 0
         *         }
         *       ],
         *       "created_at": "2026-11-24T10:01:15.000Z",
         *       "dataset": {
         *         "class_names": [
         *           "0",
         *           "1"
         *         ],
         *         "fingerprint": "51aa…",
         *         "name": "digits"
         *       },
         *       "epoch": 12,
         *       "id": "c3f8w2n6t",
         *       "metrics": {
         *         "validation_accuracy": 0.98
         *       },
         *       "name": "demo, epoch 12",
         *       "num_parameters": 857706,
         *       "path": "checkpoints/r7k2m9qx4/epoch-0012.safetensors",
         *       "run": "r7k2m9qx4",
         *       "sha256": "9f2c…",
         *       "size_bytes": 3489420
         *     }
         */
        ImportedCheckpoint: {
            /** Id */
            id: string;
            /**
             * Sha256
             * @description Digest of architecture and weights.
             */
            sha256: string;
            /**
             * Run
             * @description Run id; null for a checkpoint imported with `POST /checkpoints`.
             */
            run: string | null;
            /** Epoch */
            epoch: number | null;
            /** Name */
            name: string;
            /**
             * Path
             * @description Path of the file, relative to the home folder if it is inside it.
             */
            path: string;
            /** Architecture */
            architecture: {
                [key: string]: unknown;
            };
            /** Dataset */
            dataset: {
                [key: string]: unknown;
            } | null;
            /** Num Parameters */
            num_parameters: number;
            /** Size Bytes */
            size_bytes: number;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            /** Metrics */
            metrics: {
                [key: string]: unknown;
            };
            /**
             * Preprocessing
             * @description For an imported network: size, crop, interpolation, mean, std, class names; null: its data set's mean and std.
             */
            preprocessing?: {
                [key: string]: unknown;
            } | null;
            /**
             * Factory
             * @description For one's own network: the function that builds it, and the folders that it is imported from. Only the user's own programs record one, never an upload.
             */
            factory?: {
                [key: string]: unknown;
            } | null;
            /** Created At */
            created_at: string;
            check: components["schemas"]["ImportCheck"] | null;
            /**
             * Preset
             * @description The normalisation used; `given` if mean and std were given, `file` for a normaliser in the file.
             */
            preset: string;
            /**
             * Tried
             * @description Normalisations and networks that were tried, the best first; empty if there was nothing to try.
             */
            tried: components["schemas"]["TriedNormalisation"][];
        };
        /**
         * Job
         * @description A queued, running or finished probe, or the last step of an import.
         * @example {
         *       "created_at": "2026-11-24T10:02:00.000Z",
         *       "id": "j5d9r3vbn",
         *       "probe": "drop",
         *       "progress": 0.41,
         *       "state": "running"
         *     }
         */
        Job: {
            /** Id */
            id: string;
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "failed" | "cancelled";
            /**
             * Probe
             * @description Name of the probe; null for an import.
             */
            probe: string | null;
            /** Progress */
            progress: number;
            /** Created At */
            created_at: string;
            error: components["schemas"]["Problem"] | null;
            /**
             * Partial
             * @description While it runs: the response for the images that are done so far, `samples` of them. What takes longer may still be empty.
             */
            partial?: {
                [key: string]: unknown;
            } | null;
            /**
             * Result
             * @description When done: the response that the request would have had without a job.
             */
            result?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * Latest
         * @description The values after the last logged epoch; fields that weren't logged are left out.
         */
        Latest: {
            /** Train Loss */
            train_loss?: number | ("Infinity" | "-Infinity") | null;
            /** Train Accuracy */
            train_accuracy?: number | ("Infinity" | "-Infinity") | null;
            /** Validation Loss */
            validation_loss?: number | ("Infinity" | "-Infinity") | null;
            /** Validation Accuracy */
            validation_accuracy?: number | ("Infinity" | "-Infinity") | null;
        };
        /** MeanAndStd */
        MeanAndStd: {
            /** Mean */
            mean: number | ("Infinity" | "-Infinity") | null;
            /** Std */
            std: number | ("Infinity" | "-Infinity") | null;
        };
        /**
         * MeasurementDescription
         * @description The definition of a measurement, which `POST /probe/{name}` makes.
         * @example {
         *       "citation": "Jastrzębski et al. 2018, section 4.2",
         *       "drawing": "table of plans",
         *       "formula": "F_i := 0",
         *       "name": "drop",
         *       "request": {
         *         "additionalProperties": false,
         *         "description": "Accuracy and loss without each block separately, or without given sets of blocks.",
         *         "example": {
         *           "blocks": "each",
         *           "checkpoint": "latest",
         *           "limit": 500,
         *           "split": "validation"
         *         },
         *         "oneOf": [
         *           {
         *             "required": [
         *               "checkpoint"
         *             ]
         *           },
         *           {
         *             "required": [
         *               "checkpoints"
         *             ]
         *           }
         *         ],
         *         "properties": {
         *           "checkpoint": {
         *             "description": "Checkpoint id, or `latest` for the newest checkpoint of the newest run.",
         *             "maxLength": 64,
         *             "minLength": 1,
         *             "title": "Checkpoint",
         *             "type": "string"
         *           },
         *           "checkpoints": {
         *             "anyOf": [
         *               {
         *                 "items": {
         *                   "description": "Checkpoint id, or `latest` for the newest checkpoint of the newest run.",
         *                   "maxLength": 64,
         *                   "minLength": 1,
         *                   "type": "string"
         *                 },
         *                 "maxItems": 1000,
         *                 "minItems": 1,
         *                 "type": "array"
         *               },
         *               {
         *                 "maxLength": 2000,
         *                 "pattern": "^run:[A-Za-z0-9_-]{1,64}/(every|[0-9]{1,9}(,[0-9]{1,9})*)$",
         *                 "type": "string"
         *               }
         *             ],
         *             "description": "Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.",
         *             "title": "Checkpoints"
         *           },
         *           "split": {
         *             "default": "validation",
         *             "description": "The split that is measured.",
         *             "enum": [
         *               "train",
         *               "validation"
         *             ],
         *             "title": "Split",
         *             "type": "string"
         *           },
         *           "limit": {
         *             "anyOf": [
         *               {
         *                 "maximum": 10000000,
         *                 "minimum": 1,
         *                 "type": "integer"
         *               },
         *               {
         *                 "type": "null"
         *               }
         *             ],
         *             "default": 500,
         *             "description": "Number of images sampled from the split; null for all.",
         *             "title": "Limit"
         *           },
         *           "seed": {
         *             "default": 0,
         *             "description": "Seed of the sample of images.",
         *             "exclusiveMaximum": 9223372036854776000,
         *             "minimum": 0,
         *             "title": "Seed",
         *             "type": "integer"
         *           },
         *           "dataset": {
         *             "anyOf": [
         *               {
         *                 "maxLength": 1000,
         *                 "minLength": 1,
         *                 "type": "string"
         *               },
         *               {
         *                 "type": "null"
         *               }
         *             ],
         *             "description": "Data set to measure on; default: the one that the network was trained on.",
         *             "title": "Dataset"
         *           },
         *           "wait": {
         *             "anyOf": [
         *               {
         *                 "maximum": 60,
         *                 "minimum": 0,
         *                 "type": "number"
         *               },
         *               {
         *                 "type": "null"
         *               }
         *             ],
         *             "description": "Seconds to wait for the result before returning 202; default 2.",
         *             "title": "Wait"
         *           },
         *           "per_image": {
         *             "default": false,
         *             "description": "Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is base64 of little-endian numbers in row order.",
         *             "title": "Per Image",
         *             "type": "boolean"
         *           },
         *           "blocks": {
         *             "anyOf": [
         *               {
         *                 "const": "each",
         *                 "type": "string"
         *               },
         *               {
         *                 "items": {
         *                   "items": {
         *                     "description": "Block index from 0; negative numbers count from the end.",
         *                     "maximum": 100000,
         *                     "minimum": -100000,
         *                     "type": "integer"
         *                   },
         *                   "maxItems": 1000,
         *                   "minItems": 1,
         *                   "type": "array"
         *                 },
         *                 "maxItems": 1000,
         *                 "minItems": 1,
         *                 "type": "array"
         *               }
         *             ],
         *             "default": "each",
         *             "description": "`each` block separately, or sets of blocks to drop together.",
         *             "title": "Blocks"
         *           }
         *         },
         *         "title": "DropRequest",
         *         "type": "object"
         *       },
         *       "result": {
         *         "$defs": {
         *           "Accuracy": {
         *             "properties": {
         *               "accuracy": {
         *                 "anyOf": [
         *                   {
         *                     "type": "number"
         *                   },
         *                   {
         *                     "enum": [
         *                       "Infinity",
         *                       "-Infinity"
         *                     ],
         *                     "type": "string"
         *                   },
         *                   {
         *                     "type": "null"
         *                   }
         *                 ],
         *                 "title": "Accuracy"
         *               },
         *               "accuracy_interval": {
         *                 "maxItems": 2,
         *                 "minItems": 2,
         *                 "prefixItems": [
         *                   {
         *                     "anyOf": [
         *                       {
         *                         "type": "number"
         *                       },
         *                       {
         *                         "enum": [
         *                           "Infinity",
         *                           "-Infinity"
         *                         ],
         *                         "type": "string"
         *                       },
         *                       {
         *                         "type": "null"
         *                       }
         *                     ]
         *                   },
         *                   {
         *                     "anyOf": [
         *                       {
         *                         "type": "number"
         *                       },
         *                       {
         *                         "enum": [
         *                           "Infinity",
         *                           "-Infinity"
         *                         ],
         *                         "type": "string"
         *                       },
         *                       {
         *                         "type": "null"
         *                       }
         *                     ]
         *                   }
         *                 ],
         *                 "title": "Accuracy Interval",
         *                 "type": "array"
         *               },
         *               "loss": {
         *                 "anyOf": [
         *                   {
         *                     "type": "number"
         *                   },
         *                   {
         *                     "enum": [
         *                       "Infinity",
         *                       "-Infinity"
         *                     ],
         *                     "type": "string"
         *                   },
         *                   {
         *                     "type": "null"
         *                   }
         *                 ],
         *                 "title": "Loss"
         *               }
         *             },
         *             "required": [
         *               "accuracy",
         *               "accuracy_interval",
         *               "loss"
         *             ],
         *             "title": "Accuracy",
         *             "type": "object"
         *           },
         *           "Block": {
         *             "description": "One residual block.",
         *             "properties": {
         *               "index": {
         *                 "title": "Index",
         *                 "type": "integer"
         *               },
         *               "stage": {
         *                 "title": "Stage",
         *                 "type": "integer"
         *               },
         *               "is_projection": {
         *                 "title": "Is Projection",
         *                 "type": "boolean"
         *               },
         *               "shared_with": {
         *                 "anyOf": [
         *                   {
         *                     "type": "integer"
         *                   },
         *                   {
         *                     "type": "null"
         *                   }
         *                 ],
         *                 "description": "The block whose convolutions this block reuses; null if it has its own.",
         *                 "title": "Shared With"
         *               }
         *             },
         *             "required": [
         *               "index",
         *               "stage",
         *               "is_projection"
         *             ],
         *             "title": "Block",
         *             "type": "object"
         *           },
         *           "DroppedBlocks": {
         *             "properties": {
         *               "accuracy": {
         *                 "anyOf": [
         *                   {
         *                     "type": "number"
         *                   },
         *                   {
         *                     "enum": [
         *                       "Infinity",
         *                       "-Infinity"
         *                     ],
         *                     "type": "string"
         *                   },
         *                   {
         *                     "type": "null"
         *                   }
         *                 ],
         *                 "title": "Accuracy"
         *               },
         *               "accuracy_interval": {
         *                 "maxItems": 2,
         *                 "minItems": 2,
         *                 "prefixItems": [
         *                   {
         *                     "anyOf": [
         *                       {
         *                         "type": "number"
         *                       },
         *                       {
         *                         "enum": [
         *                           "Infinity",
         *                           "-Infinity"
         *                         ],
         *                         "type": "string"
         *                       },
         *                       {
         *                         "type": "null"
         *                       }
         *                     ]
         *                   },
         *                   {
         *                     "anyOf": [
         *                       {
         *                         "type": "number"
         *                       },
         *                       {
         *                         "enum": [
         *                           "Infinity",
         *                           "-Infinity"
         *                         ],
         *                         "type": "string"
         *                       },
         *                       {
         *                         "type": "null"
         *                       }
         *                     ]
         *                   }
         *                 ],
         *                 "title": "Accuracy Interval",
         *                 "type": "array"
         *               },
         *               "loss": {
         *                 "anyOf": [
         *                   {
         *                     "type": "number"
         *                   },
         *                   {
         *                     "enum": [
         *                       "Infinity",
         *                       "-Infinity"
         *                     ],
         *                     "type": "string"
         *                   },
         *                   {
         *                     "type": "null"
         *                   }
         *                 ],
         *                 "title": "Loss"
         *               },
         *               "blocks": {
         *                 "items": {
         *                   "type": "integer"
         *                 },
         *                 "title": "Blocks",
         *                 "type": "array"
         *               }
         *             },
         *             "required": [
         *               "accuracy",
         *               "accuracy_interval",
         *               "loss",
         *               "blocks"
         *             ],
         *             "title": "DroppedBlocks",
         *             "type": "object"
         *           },
         *           "PerImage": {
         *             "description": "Values of each image, for requests with `per_image`.",
         *             "properties": {
         *               "dtype": {
         *                 "enum": [
         *                   "float32",
         *                   "bool"
         *                 ],
         *                 "title": "Dtype",
         *                 "type": "string"
         *               },
         *               "shape": {
         *                 "description": "The last axis is over images.",
         *                 "items": {
         *                   "type": "integer"
         *                 },
         *                 "title": "Shape",
         *                 "type": "array"
         *               },
         *               "data": {
         *                 "description": "base64 of the little-endian numbers, in row order.",
         *                 "title": "Data",
         *                 "type": "string"
         *               }
         *             },
         *             "required": [
         *               "dtype",
         *               "shape",
         *               "data"
         *             ],
         *             "title": "PerImage",
         *             "type": "object"
         *           },
         *           "Provenance": {
         *             "description": "How the result was computed.",
         *             "properties": {
         *               "checkpoint_sha256": {
         *                 "title": "Checkpoint Sha256",
         *                 "type": "string"
         *               },
         *               "dataset": {
         *                 "title": "Dataset",
         *                 "type": "string"
         *               },
         *               "dataset_fingerprint": {
         *                 "title": "Dataset Fingerprint",
         *                 "type": "string"
         *               },
         *               "convention": {
         *                 "default": "pre-activation",
         *                 "description": "How a block merges branch and shortcut: pre-activation (nothing follows the addition), post-activation (a ReLU follows; F is the branch before the addition), or identity merge.",
         *                 "title": "Convention",
         *                 "type": "string"
         *               },
         *               "request": {
         *                 "additionalProperties": true,
         *                 "title": "Request",
         *                 "type": "object"
         *               },
         *               "probe_version": {
         *                 "title": "Probe Version",
         *                 "type": "integer"
         *               },
         *               "device": {
         *                 "title": "Device",
         *                 "type": "string"
         *               },
         *               "library_versions": {
         *                 "additionalProperties": {
         *                   "type": "string"
         *                 },
         *                 "title": "Library Versions",
         *                 "type": "object"
         *               },
         *               "seconds": {
         *                 "title": "Seconds",
         *                 "type": "number"
         *               },
         *               "created_at": {
         *                 "title": "Created At",
         *                 "type": "string"
         *               },
         *               "cached": {
         *                 "description": "Whether the result was computed for an earlier request.",
         *                 "title": "Cached",
         *                 "type": "boolean"
         *               }
         *             },
         *             "required": [
         *               "checkpoint_sha256",
         *               "dataset",
         *               "dataset_fingerprint",
         *               "request",
         *               "probe_version",
         *               "device",
         *               "library_versions",
         *               "seconds",
         *               "created_at",
         *               "cached"
         *             ],
         *             "title": "Provenance",
         *             "type": "object"
         *           }
         *         },
         *         "properties": {
         *           "probe": {
         *             "title": "Probe",
         *             "type": "string"
         *           },
         *           "checkpoint": {
         *             "title": "Checkpoint",
         *             "type": "string"
         *           },
         *           "split": {
         *             "title": "Split",
         *             "type": "string"
         *           },
         *           "samples": {
         *             "description": "Number of images measured.",
         *             "title": "Samples",
         *             "type": "integer"
         *           },
         *           "of": {
         *             "anyOf": [
         *               {
         *                 "type": "integer"
         *               },
         *               {
         *                 "type": "null"
         *               }
         *             ],
         *             "description": "Of an answer that still grows: the number of images that it will be of; null of a finished one.",
         *             "title": "Of"
         *           },
         *           "blocks": {
         *             "coordinate": "block",
         *             "items": {
         *               "$ref": "#/$defs/Block"
         *             },
         *             "title": "Blocks",
         *             "type": "array"
         *           },
         *           "provenance": {
         *             "$ref": "#/$defs/Provenance"
         *           },
         *           "per_image": {
         *             "anyOf": [
         *               {
         *                 "additionalProperties": {
         *                   "$ref": "#/$defs/PerImage"
         *                 },
         *                 "type": "object"
         *               },
         *               {
         *                 "type": "null"
         *               }
         *             ],
         *             "description": "The values of each image by name, if asked for.",
         *             "title": "Per Image"
         *           },
         *           "baseline": {
         *             "$ref": "#/$defs/Accuracy",
         *             "description": "The untouched network."
         *           },
         *           "plans": {
         *             "axis": "plan",
         *             "description": "Accuracy with its 95 % Wilson interval, and loss in nats, without these blocks.",
         *             "items": {
         *               "$ref": "#/$defs/DroppedBlocks"
         *             },
         *             "title": "Plans",
         *             "type": "array",
         *             "unit": ""
         *           }
         *         },
         *         "required": [
         *           "probe",
         *           "checkpoint",
         *           "split",
         *           "samples",
         *           "blocks",
         *           "provenance",
         *           "baseline",
         *           "plans"
         *         ],
         *         "title": "DropResult",
         *         "type": "object"
         *       },
         *       "summary": "Accuracy and loss without blocks (figure 3)",
         *       "title": "Block drop",
         *       "version": 1
         *     }
         */
        MeasurementDescription: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Summary */
            summary: string;
            /** Formula */
            formula: string;
            /** Citation */
            citation: string;
            /**
             * Version
             * @description It changes when the answer to the same request changes.
             */
            version: number;
            /**
             * Drawing
             * @description How an answer is best drawn.
             */
            drawing: string;
            /**
             * Request
             * @description JSON schema of the request, with defaults, ranges and help.
             */
            request: {
                [key: string]: unknown;
            };
            /**
             * Result
             * @description JSON schema of the answer.
             */
            result: {
                [key: string]: unknown;
            };
            /**
             * Source
             * @description The installed package that a plug-in is from; null for Iterscope's own.
             */
            source: string | null;
        };
        /** Measurements */
        Measurements: {
            /** Measurements */
            measurements: components["schemas"]["MeasurementDescription"][];
            /**
             * Failed
             * @description Plug-ins that can't be used, with the reason.
             */
            failed: {
                [key: string]: string;
            };
        };
        /**
         * MergedRuns
         * @description The runs behind a mean.
         */
        MergedRuns: {
            /** Runs */
            runs: string[];
            /** Seeds */
            seeds: (number | null)[];
            /** N */
            n: number;
        };
        /**
         * Metrics
         * @description A run's curves, or the part that was logged since a cursor.
         * @example {
         *       "cursor": 4,
         *       "run": "r7k2m9qx4",
         *       "scalars": [
         *         {
         *           "epochs": [
         *             0,
         *             1
         *           ],
         *           "name": "accuracy",
         *           "split": "validation",
         *           "values": [
         *             0.1,
         *             0.83
         *           ]
         *         }
         *       ],
         *       "series": [
         *         {
         *           "epochs": [
         *             0,
         *             1
         *           ],
         *           "metric": "l2_ratio",
         *           "split": "validation",
         *           "values": [
         *             [
         *               0.9,
         *               0.4
         *             ],
         *             [
         *               0.6,
         *               0.2
         *             ]
         *           ]
         *         }
         *       ],
         *       "status": "running"
         *     }
         */
        Metrics: {
            /** Run */
            run: string;
            /** Status */
            status: string;
            /**
             * Cursor
             * @description Pass it as `since` in the next request.
             */
            cursor: number;
            /** Series */
            series: components["schemas"]["Series"][];
            /** Scalars */
            scalars: components["schemas"]["Scalars"][];
            /** @description With merge=seeds: the runs averaged. Each metric then has a companion `{metric}_seeds_std`. */
            merged?: components["schemas"]["MergedRuns"] | null;
        };
        /**
         * NewRun
         * @description A training run to queue for the trainer.
         * @example {
         *       "name": "demo, seed 1",
         *       "overrides": {
         *         "epochs": 12,
         *         "seed": 1
         *       },
         *       "recipe": "demo"
         *     }
         */
        NewRun: {
            /**
             * Recipe
             * @description A name from GET /recipes.
             * @default demo
             */
            recipe: string;
            /**
             * Overrides
             * @description Fields of the recipe's configuration to override.
             */
            overrides?: {
                [key: string]: unknown;
            };
            /** Name */
            name?: string | null;
        };
        /**
         * OpenPoint
         * @description Something that can't be determined from the weights.
         */
        OpenPoint: {
            /**
             * Field
             * @description normalisation, input_size, class_names or architecture.
             */
            field: string;
            /** Question */
            question: string;
            /**
             * Choices
             * @description Allowed answers; null: any value of the right type.
             */
            choices: string[] | null;
            /**
             * Default
             * @description Answer if none is given; null: whatever does best on the data set, or the data set's own.
             */
            default: unknown;
        };
        /** Panel */
        Panel: {
            /** Title */
            title: string;
            /**
             * Role
             * @description null if several networks are compared.
             */
            role: ("original" | "single-representation" | "average-pooling" | "max-pooling" | "wide" | "shared-naive" | "shared-gamma" | "shared-statistics" | "shared-affine" | "shared-ubn" | "shared-other") | "baseline" | null;
            /** Dataset */
            dataset: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "ready" | "not yet run" | "not yet measured";
            /**
             * Missing
             * @description What is missing, and how to add it.
             */
            missing: string | null;
            /** Runs */
            runs: string[];
            /** N */
            n: number;
            /** Blocks */
            blocks: components["schemas"]["PanelBlock"][];
            x: components["schemas"]["XAxis"];
            y: components["schemas"]["YAxis"];
            /**
             * Mark X
             * @description Position of a vertical line: the last trained step.
             */
            mark_x: number | null;
            /** Series */
            series: components["schemas"]["PanelSeries"][];
        };
        /** PanelBlock */
        PanelBlock: {
            /** Index */
            index: number;
            /** Stage */
            stage: number;
            /** Is Projection */
            is_projection: boolean;
            /**
             * Shared With
             * @description The block whose convolutions this block reuses.
             */
            shared_with: number | null;
        };
        /** PanelSeries */
        PanelSeries: {
            /** Name */
            name: string;
            /** Split */
            split: ("train" | "validation") | null;
            /** Block */
            block: number | null;
            /** Group */
            group: ("borderline" | "correct" | "all") | null;
            /** Role */
            role: ("original" | "single-representation" | "average-pooling" | "max-pooling" | "wide" | "shared-naive" | "shared-gamma" | "shared-statistics" | "shared-affine" | "shared-ubn" | "shared-other") | null;
            /** X */
            x: number[];
            /**
             * Mean
             * @description Mean over seeds.
             */
            mean: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Std
             * @description Standard deviation over seeds (n − 1); null for one seed.
             */
            std: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Low
             * @description Lower bound of the 95 % Wilson interval, over the images of all seeds.
             */
            low: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /** High */
            high: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * N
             * @description Number of seeds.
             */
            n: number;
            /**
             * Samples
             * @description Number of images over all seeds; for logged metrics, of one run.
             */
            samples: number | null;
        };
        /**
         * Paper
         * @description The state of every figure, and all claims.
         * @example {
         *       "claims": [
         *         {
         *           "about": "trained networks",
         *           "comparison": "<",
         *           "figures": [
         *             "fig2"
         *           ],
         *           "id": "fig2-small",
         *           "interval": [
         *             0.17,
         *             0.19
         *           ],
         *           "level": 0.95,
         *           "looks": 0,
         *           "measured": "mean ℓ2 ratio 0.181 in the higher half of ResNet-56 on digits",
         *           "n_runs": 4,
         *           "n_samples": 359,
         *           "nets": [
         *             "ResNet-56 on digits"
         *           ],
         *           "scope": "on digits, ResNet-56, 4 seeds: seen",
         *           "section": "4.2",
         *           "sentence": "The higher blocks of the original ResNet change the hidden state only slightly.",
         *           "statistic": 0.181,
         *           "threshold": 0.5,
         *           "verdict": "holds"
         *         }
         *       ],
         *       "counts": {
         *         "does not hold": 0,
         *         "holds": 1,
         *         "inconclusive": 0,
         *         "not yet run": 0
         *       },
         *       "datasets": {
         *         "choices": [
         *           "digits"
         *         ],
         *         "first": "digits",
         *         "second": "digit-pairs"
         *       },
         *       "figures": [
         *         {
         *           "claims": [
         *             "fig2-small"
         *           ],
         *           "id": "fig2",
         *           "missing": [
         *             "no completed run of the wide ResNet on digits: `iterscope paper --only fig2` trains what is missing"
         *           ],
         *           "panel_count": 4,
         *           "section": "4.2",
         *           "shows": "How much each block changes the hidden state.",
         *           "state": "partial",
         *           "title": "ℓ2 ratio of every block"
         *         }
         *       ],
         *       "wanted": 10
         *     }
         */
        Paper: {
            datasets: components["schemas"]["PaperDatasets"];
            /** Figures */
            figures: components["schemas"]["FigureSummary"][];
            /** Claims */
            claims: components["schemas"]["Finding"][];
            counts: components["schemas"]["Counts"];
            /**
             * Wanted
             * @description Number of probes that the figures need and that haven't been run yet.
             */
            wanted: number;
        };
        /** PaperDatasets */
        PaperDatasets: {
            /**
             * First
             * @description Data set in place of CIFAR-10.
             */
            first: string | null;
            /**
             * Second
             * @description Data set in place of CIFAR-100.
             */
            second: string | null;
            /**
             * Choices
             * @description Data sets of completed runs; the one with the most of the paper's networks comes first.
             */
            choices: string[];
        };
        /** PaperProvenance */
        PaperProvenance: {
            /** Runs */
            runs: components["schemas"]["PaperRun"][];
            /** Library Versions */
            library_versions: {
                [key: string]: string;
            };
        };
        /** PaperRun */
        PaperRun: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Seed */
            seed: number | null;
            /** Epochs */
            epochs: number;
            /** Configuration */
            configuration: {
                [key: string]: unknown;
            };
            /** Checkpoint Sha256 */
            checkpoint_sha256: string | null;
        };
        /** PaperTable */
        PaperTable: {
            /** Columns */
            columns: string[];
            /** Rows */
            rows: components["schemas"]["TableRow"][];
        };
        /**
         * PerImage
         * @description Values of each image, for requests with `per_image`.
         */
        PerImage: {
            /**
             * Dtype
             * @enum {string}
             */
            dtype: "float32" | "bool";
            /**
             * Shape
             * @description The last axis is over images.
             */
            shape: number[];
            /**
             * Data
             * @description base64 of the little-endian numbers, in row order.
             */
            data: string;
        };
        /**
         * PlanOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        PlanOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["PlanResult"][];
        };
        /** PlanPredictions */
        PlanPredictions: {
            /**
             * Text
             * @description The plan in short notation.
             */
            text: string;
            /**
             * Prediction
             * @description Predicted class of each image; −1 if the output isn't finite.
             */
            prediction: number[];
            /**
             * Confidence
             * @description Probability of the predicted class.
             */
            confidence: (number | ("Infinity" | "-Infinity") | null)[];
            /** Label Probability */
            label_probability: (number | ("Infinity" | "-Infinity") | null)[];
            /** Margin */
            margin: (number | ("Infinity" | "-Infinity") | null)[];
        };
        /**
         * PlanRequest
         * @description Any sequence of blocks, compared with the untouched network or with another plan.
         * @example {
         *       "borderline": {
         *         "reference": "output",
         *         "threshold": 0.1
         *       },
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "plan": [
         *         [
         *           0,
         *           1
         *         ],
         *         [
         *           1,
         *           1
         *         ]
         *       ],
         *       "split": "validation"
         *     }
         */
        PlanRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Plan
             * @description Blocks in execution order, such as `0..2 4..26 26@0.1x20`.
             */
            plan: [
                number,
                number
            ][] | string;
            /**
             * Against
             * @description Plan to compare with (`baseline` in the result); default: the untouched network.
             */
            against?: [
                number,
                number
            ][] | string | null;
            /**
             * @default {
             *       "threshold": 0.1,
             *       "reference": "output"
             *     }
             */
            borderline: components["schemas"]["BorderlineChoice"];
            /**
             * Gradient
             * @description Gradient of the cosine loss.
             * @default end_to_end
             * @enum {string}
             */
            gradient: "end_to_end" | "plugged";
        } & (unknown | unknown);
        /** PlanResult */
        PlanResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Plan
             * @description [block, factor] of each step that ran.
             */
            plan: [
                number,
                number
            ][];
            /**
             * Text
             * @description The plan in short notation.
             */
            text: string;
            /**
             * Gradient
             * @description The gradient of the cosine loss.
             */
            gradient: string;
            /** @description The plan. */
            result: components["schemas"]["PlanSide"];
            /** @description What it is compared with: the untouched network, or the plan `against`. */
            baseline: components["schemas"]["PlanSide"];
            /**
             * Changed
             * @description At most 200 images whose prediction changed.
             */
            changed: components["schemas"]["ChangedImage"][];
            /**
             * Changed Count
             * @description Number of all images whose prediction changed.
             */
            changed_count: number;
        };
        /** PlanSide */
        PlanSide: {
            /** @description Borderline, correct and all images, as judged in the untouched network. */
            groups: components["schemas"]["Groups"];
            /**
             * Steps
             * @description The blocks that ran, with their factors.
             */
            steps: components["schemas"]["PlanStepResult"][];
            /** @description cos(F, ∂L/∂h) */
            cosine_loss: components["schemas"]["Summary"];
            /** @description ‖F‖ / ‖h‖ */
            l2_ratio: components["schemas"]["Summary"];
        };
        /** PlanStepResult */
        PlanStepResult: {
            /** Block */
            block: number;
            /** Scale */
            scale: number;
            /** Stage */
            stage: number;
            /** Is Projection */
            is_projection: boolean;
        };
        /**
         * PredictionsOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        PredictionsOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["PredictionsResult"][];
        };
        /**
         * PredictionsRequest
         * @description Predictions for chosen images under several plans; `limit` and `seed` have no effect.
         * @example {
         *       "checkpoint": "latest",
         *       "indices": [
         *         3,
         *         17
         *       ],
         *       "limit": 500,
         *       "plans": [
         *         null,
         *         "0..7"
         *       ],
         *       "split": "validation"
         *     }
         */
        PredictionsRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Indices
             * @description Positions of the images in the split.
             */
            indices: number[];
            /**
             * Plans
             * @description Plans as in POST /probe/plan; null: the untouched network.
             */
            plans: ([
                number,
                number
            ][] | string | null)[];
        } & (unknown | unknown);
        /** PredictionsResult */
        PredictionsResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Indices
             * @description Positions of the images in the split.
             */
            indices: number[];
            /**
             * Labels
             * @description True classes.
             */
            labels: number[];
            /**
             * Class Names
             * @description By index.
             */
            class_names: string[];
            /**
             * Plans
             * @description One entry per plan, in the order of the request.
             */
            plans: components["schemas"]["PlanPredictions"][];
        };
        /**
         * Preset
         * @description The normalisation of a well-known data set.
         */
        Preset: {
            /** Mean */
            mean: number[];
            /** Std */
            std: number[];
            /** Image Size */
            image_size: number;
            /** Resize */
            resize: number | null;
        };
        /**
         * Problem
         * @description An error in the form of RFC 9457.
         * @example {
         *       "detail": "checkpoint c2345abcd does not exist: GET /checkpoints lists them",
         *       "status": 404,
         *       "title": "Not found",
         *       "type": "about:blank"
         *     }
         */
        Problem: {
            /**
             * Type
             * @default about:blank
             */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /**
             * Errors
             * @default null
             */
            errors: components["schemas"]["FieldError"][] | null;
            /**
             * Problems
             * @description Reasons why a file was refused, down to the missing tensor or the one with the wrong shape.
             * @default null
             */
            problems: string[] | null;
        };
        /**
         * Provenance
         * @description How the result was computed.
         */
        Provenance: {
            /** Checkpoint Sha256 */
            checkpoint_sha256: string;
            /** Dataset */
            dataset: string;
            /** Dataset Fingerprint */
            dataset_fingerprint: string;
            /**
             * Convention
             * @description How a block merges branch and shortcut: pre-activation (nothing follows the addition), post-activation (a ReLU follows; F is the branch before the addition), or identity merge.
             * @default pre-activation
             */
            convention: string;
            /** Request */
            request: {
                [key: string]: unknown;
            };
            /** Probe Version */
            probe_version: number;
            /** Device */
            device: string;
            /** Library Versions */
            library_versions: {
                [key: string]: string;
            };
            /** Seconds */
            seconds: number;
            /** Created At */
            created_at: string;
            /**
             * Cached
             * @description Whether the result was computed for an earlier request.
             */
            cached: boolean;
        };
        /**
         * Recipes
         * @description The training configuration of each recipe.
         */
        Recipes: {
            /** Recipes */
            recipes: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
        };
        /**
         * RecognisedNetwork
         * @description The network recognised from the file's tensors.
         */
        RecognisedNetwork: {
            /** Architecture */
            architecture: {
                [key: string]: unknown;
            };
            /**
             * Name
             * @description Display name.
             */
            name: string;
            /** Num Classes */
            num_classes: number;
            /**
             * Input Size
             * @description Height and width in pixels; the most likely size if it is an open point.
             */
            input_size: number;
            /** Num Parameters */
            num_parameters: number;
            /**
             * Convention
             * @description pre-activation, post-activation or identity merge.
             */
            convention: string;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
        };
        /**
         * Run
         * @description A training run.
         * @example {
         *       "architecture": "resnet56",
         *       "blocks": [
         *         {
         *           "index": 0,
         *           "is_projection": false,
         *           "stage": 0
         *         }
         *       ],
         *       "checkpoints": 4,
         *       "configuration": {
         *         "architecture": "resnet56",
         *         "dataset": "digits",
         *         "epochs": 12
         *       },
         *       "created_at": "2026-11-24T10:00:00.000Z",
         *       "dataset": "digits",
         *       "epoch": 3,
         *       "epochs": 12,
         *       "heartbeat_at": "2026-11-24T10:00:30.000Z",
         *       "id": "r7k2m9qx4",
         *       "latest": {
         *         "train_accuracy": 0.91,
         *         "train_loss": 0.4,
         *         "validation_accuracy": 0.89,
         *         "validation_loss": 0.5
         *       },
         *       "name": "demo",
         *       "notes": "",
         *       "origin": "api",
         *       "progress": {
         *         "epoch": 4,
         *         "fraction": 0.27,
         *         "images_per_second": 310,
         *         "seconds_left": 44
         *       },
         *       "recipe": "demo",
         *       "seed": 0,
         *       "siblings": [
         *         "r5w1c8nd2"
         *       ],
         *       "started_at": "2026-11-24T10:00:01.000Z",
         *       "status": "running",
         *       "stop_requested": false,
         *       "tags": []
         *     }
         */
        Run: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Notes */
            notes: string;
            /** Tags */
            tags: string[];
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "running" | "completed" | "interrupted" | "failed" | "cancelled" | "dead" | "imported";
            /** Recipe */
            recipe: string | null;
            /** Architecture */
            architecture: string;
            /** Dataset */
            dataset: string;
            /** Seed */
            seed: number | null;
            /** Origin */
            origin: string;
            /** Configuration */
            configuration: {
                [key: string]: unknown;
            };
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            /**
             * Epochs
             * @description Number of planned epochs.
             */
            epochs: number;
            /**
             * Epoch
             * @description Last logged epoch; 0 is the untrained network.
             */
            epoch: number | null;
            progress: components["schemas"]["RunProgress"] | null;
            latest: components["schemas"]["Latest"];
            /** Created At */
            created_at: string;
            /** Started At */
            started_at: string | null;
            /** Finished At */
            finished_at: string | null;
            /**
             * Heartbeat At
             * @description Last heartbeat. A running run has the status `dead` once its process has ended or a minute has passed without one.
             */
            heartbeat_at: string | null;
            /** Error */
            error: string | null;
            /** Checkpoints */
            checkpoints: number;
            /** Stop Requested */
            stop_requested: boolean;
            /**
             * Siblings
             * @description Runs that differ from this one only in their seed.
             */
            siblings: string[];
            /** @description With GET /runs?curve=…: the curve of that field. */
            curve?: components["schemas"]["Curve"] | null;
        };
        /**
         * RunChange
         * @description Changes to a run. Fields left out stay as they are.
         * @example {
         *       "name": "first try",
         *       "notes": "learning rate too high?",
         *       "tags": [
         *         "demo"
         *       ]
         *     }
         */
        RunChange: {
            /** Name */
            name?: string | null;
            /** Notes */
            notes?: string | null;
            /** Tags */
            tags?: string[] | null;
        };
        /**
         * RunProgress
         * @description Progress of a run.
         */
        RunProgress: {
            /** Fraction */
            fraction?: number | ("Infinity" | "-Infinity") | null;
            /** Epoch */
            epoch?: number | null;
            /** Images Per Second */
            images_per_second?: number | ("Infinity" | "-Infinity") | null;
            /** Seconds Left */
            seconds_left?: number | ("Infinity" | "-Infinity") | null;
        } & {
            [key: string]: unknown;
        };
        /** Runs */
        Runs: {
            /** Runs */
            runs: components["schemas"]["Run"][];
        };
        /** SampleItem */
        SampleItem: {
            /** Index */
            index: number;
            /** Label */
            label: number;
            /**
             * Prediction
             * @description Predicted class; −1 if the output isn't finite.
             */
            prediction: number;
            /** Margin */
            margin: number | ("Infinity" | "-Infinity") | null;
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
            /** Correct */
            correct: boolean;
            /**
             * Corrected By
             * @description The block from which on the prediction stays right.
             */
            corrected_by: number | null;
            /** Overthought */
            overthought: boolean;
        };
        /**
         * SampleOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        SampleOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["SampleResult"][];
        };
        /**
         * SampleRequest
         * @description One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block.
         * @example {
         *       "checkpoint": "latest",
         *       "index": 0,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        SampleRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Index
             * @description Position of the image in the split.
             */
            index: number;
        } & (unknown | unknown);
        /** SampleResult */
        SampleResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Index
             * @description Position of the image in the split.
             */
            index: number;
            /**
             * Label
             * @description True class.
             */
            label: number;
            /**
             * Prediction
             * @description Predicted class; −1 if the output isn't finite.
             */
            prediction: number;
            /**
             * Class Names
             * @description By index.
             */
            class_names: string[];
            /** @description The head after each block of the last stage. */
            exits: components["schemas"]["Exits"];
            /**
             * Cosine Loss
             * @description cos(F, ∂L/∂h), with the gradient through the rest of the network.
             */
            cosine_loss: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * L2 Ratio
             * @description ‖F‖ / ‖h‖
             */
            l2_ratio: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Cosine Loss Plugged
             * @description The same with the head applied to h; null outside the last stage.
             */
            cosine_loss_plugged: (number | ("Infinity" | "-Infinity") | null)[];
        };
        /**
         * SamplesOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        SamplesOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["SamplesResult"][];
        };
        /**
         * SamplesRequest
         * @description Images grouped by how the network predicts them, in pages.
         * @example {
         *       "checkpoint": "latest",
         *       "count": 60,
         *       "descending": false,
         *       "group": "corrected",
         *       "limit": 500,
         *       "offset": 0,
         *       "sort": "margin",
         *       "split": "validation",
         *       "threshold": 0.1
         *     }
         */
        SamplesRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Group
             * @description The images that are listed; the sizes of all groups are counted.
             * @default all
             * @enum {string}
             */
            group: "all" | "borderline" | "corrected" | "overthought" | "misclassified" | "correct";
            /**
             * Class
             * @description Only images of this true class (index).
             */
            class?: number | null;
            /**
             * Block
             * @description Reference block of `borderline` and `corrected`; default: the first of the last five blocks.
             */
            block?: number | null;
            /**
             * Corrected By
             * @description With the group `corrected`: only images that this block of the last stage corrected, that is, wrong after the previous block and right from this block on. `block` then affects `borderline` only.
             */
            corrected_by?: number | null;
            /**
             * Threshold
             * @description Images with a probability margin below this are borderline.
             * @default 0.1
             */
            threshold: number;
            /**
             * Sort
             * @description What the images are sorted by.
             * @default margin
             * @enum {string}
             */
            sort: "margin" | "loss" | "index";
            /**
             * Descending
             * @description Whether the largest comes first.
             * @default false
             */
            descending: boolean;
            /**
             * Offset
             * @description Number of images that are passed over.
             * @default 0
             */
            offset: number;
            /**
             * Count
             * @description Most images that are listed.
             * @default 60
             */
            count: number;
        } & (unknown | unknown);
        /** SamplesResult */
        SamplesResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Group
             * @description As requested.
             */
            group: string;
            /**
             * Reference
             * @description The block that borderline and corrected refer to.
             */
            reference: number;
            /**
             * Total
             * @description Number of images in the group.
             */
            total: number;
            /**
             * Counts
             * @description Number of images in each group.
             */
            counts: {
                [key: string]: number;
            };
            /**
             * Corrected By
             * @description One entry per block of the last stage, except the first.
             */
            corrected_by: components["schemas"]["CorrectedBy"][];
            /**
             * Class Names
             * @description By index.
             */
            class_names: string[];
            /**
             * Items
             * @description A page of the group's images.
             */
            items: components["schemas"]["SampleItem"][];
        };
        /**
         * Scalars
         * @description A whole-model number per epoch.
         */
        Scalars: {
            /** Name */
            name: string;
            /** Split */
            split: string | null;
            /** Epochs */
            epochs: number[];
            /** Values */
            values: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Std
             * @description Standard deviation over seeds, if seeds are merged; null for one seed.
             */
            std?: (number | ("Infinity" | "-Infinity") | null)[] | null;
        };
        /** ScaleLoss */
        ScaleLoss: {
            /** Scale */
            scale: number;
            /** Training Loss */
            training_loss: number | ("Infinity" | "-Infinity") | null;
        };
        /**
         * Series
         * @description A per-block metric: `values` has one row per epoch and one value per block.
         */
        Series: {
            /** Metric */
            metric: string;
            /** Split */
            split: string;
            /** Epochs */
            epochs: number[];
            /** Values */
            values: (number | ("Infinity" | "-Infinity") | null)[][];
        };
        /**
         * ShuffleOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        ShuffleOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["ShuffleResult"][];
        };
        /**
         * ShuffleRequest
         * @description Random swaps of blocks of the same shape.
         * @example {
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "repeats": 5,
         *       "split": "validation",
         *       "swaps": [
         *         0,
         *         1,
         *         2,
         *         4
         *       ]
         *     }
         */
        ShuffleRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Swaps
             * @description Numbers of swapped pairs of blocks.
             * @default [
             *       0,
             *       1,
             *       2,
             *       4
             *     ]
             */
            swaps: number[];
            /**
             * Repeats
             * @description Number of random orders for each number of swaps.
             * @default 5
             */
            repeats: number;
        } & (unknown | unknown);
        /** ShuffleResult */
        ShuffleResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Plans
             * @description Accuracy and loss with this order, and its rank correlation with the trained one.
             */
            plans: components["schemas"]["ShuffledPlan"][];
        };
        /** ShuffledPlan */
        ShuffledPlan: {
            /** Swaps */
            swaps: number;
            /** Order */
            order: number[];
            /** Kendall Tau */
            kendall_tau: number;
            /** Accuracy */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
        };
        /**
         * Summary
         * @description Statistics over the images, one entry per row. Images with an undefined value are left out and counted; infinite values are
         *     included: the mean is then infinite, or null where both infinities occur, and the standard deviation is null.
         */
        Summary: {
            /** Mean */
            mean: (number | ("Infinity" | "-Infinity") | null)[];
            /** Std */
            std: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Quantiles
             * @description Keys 0.05, 0.25, 0.5, 0.75, 0.95.
             */
            quantiles: {
                [key: string]: (number | ("Infinity" | "-Infinity") | null)[];
            };
            /**
             * Undefined
             * @description Number of images without a value.
             */
            undefined: number[];
            /**
             * Infinite
             * @description Number of images with an infinite value; null in results of older versions.
             */
            infinite?: number[] | null;
        };
        /** TableRow */
        TableRow: {
            /** Label */
            label: string;
            /** Runs */
            runs: string[];
            /** N */
            n: number;
            /**
             * Cells
             * @description One cell for each column except the first, which is the label.
             */
            cells: (components["schemas"]["Cell"] | null)[];
        };
        /**
         * TriedNormalisation
         * @description Accuracy and loss of the network with one normalisation.
         */
        TriedNormalisation: {
            /**
             * Label
             * @description The network, if several fit the file.
             */
            label: string;
            /** Preset */
            preset: string;
            /** Accuracy */
            accuracy: number;
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
            /** Samples */
            samples: number;
        };
        /**
         * UnrollOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        UnrollOverEpochs: {
            /** Probe */
            probe: string;
            /** Checkpoints */
            checkpoints: string[];
            /**
             * Epochs
             * @description Null for a checkpoint without an epoch.
             */
            epochs: (number | null)[];
            /** Answers */
            answers: components["schemas"]["UnrollResult"][];
        };
        /**
         * UnrollRequest
         * @description One block applied `steps` additional times.
         * @example {
         *       "block": -1,
         *       "borderline": {
         *         "reference": "output",
         *         "threshold": 0.1
         *       },
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "scale": 0.1,
         *       "split": "validation",
         *       "steps": 20
         *     }
         */
        UnrollRequest: {
            /**
             * Checkpoint
             * @description Checkpoint id, or `latest` for the newest checkpoint of the newest run.
             */
            checkpoint?: string;
            /**
             * Checkpoints
             * @description Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of these epochs. The answer then has one answer for each.
             */
            checkpoints?: string[] | string;
            /**
             * Split
             * @description The split that is measured.
             * @default validation
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 500
             */
            limit: number | null;
            /**
             * Seed
             * @description Seed of the sample of images.
             * @default 0
             */
            seed: number;
            /**
             * Dataset
             * @description Data set to measure on; default: the one that the network was trained on.
             */
            dataset?: string | null;
            /**
             * Wait
             * @description Seconds to wait for the result before returning 202; default 2.
             */
            wait?: number | null;
            /**
             * Per Image
             * @description Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is base64 of little-endian numbers in row order.
             * @default false
             */
            per_image: boolean;
            /**
             * Block
             * @description Block index from 0; negative numbers count from the end.
             * @default -1
             */
            block: number;
            /**
             * Steps
             * @description Number of additional applications.
             * @default 20
             */
            steps: number;
            /**
             * Scale
             * @description α, the factor on the repeated branch's output; 1 leaves the block as it is. `auto`: the one with the lowest training loss after the last step, on 256 training images drawn by `seed`.
             * @default 1
             */
            scale: number | "auto";
            /**
             * @default {
             *       "threshold": 0.1,
             *       "reference": "output"
             *     }
             */
            borderline: components["schemas"]["BorderlineChoice"];
            /**
             * Gradient
             * @description Gradient of the cosine loss; default: plugged for a block of the last stage, otherwise end_to_end.
             */
            gradient?: ("end_to_end" | "plugged") | null;
            /**
             * Choose On
             * @description The training images on which scale `auto` chooses the factor. `sample`: a small sample. `half`: every second training image of `limit`; with the split `train`, only the other half is then measured.
             * @default sample
             * @enum {string}
             */
            choose_on: "sample" | "half";
        } & (unknown | unknown);
        /** UnrollResult */
        UnrollResult: {
            /** Probe */
            probe: string;
            /** Checkpoint */
            checkpoint: string;
            /** Split */
            split: string;
            /**
             * Samples
             * @description Number of images measured.
             */
            samples: number;
            /**
             * Of
             * @description Of an answer that still grows: the number of images that it will be of; null of a finished one.
             */
            of?: number | null;
            /** Blocks */
            blocks: components["schemas"]["Block"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Block
             * @description The block that is repeated, from 0.
             */
            block: number;
            /**
             * Steps
             * @description Number of additional applications.
             */
            steps: number;
            /**
             * Scale
             * @description α: the requested factor, or the one that was chosen.
             */
            scale: number;
            /**
             * Scale Grid
             * @description The training loss of each factor that auto tried; null without auto.
             */
            scale_grid: components["schemas"]["ScaleLoss"][] | null;
            /**
             * Gradient
             * @description The gradient of the cosine loss.
             */
            gradient: string;
            /**
             * Statistics
             * @description A sentence that says whose BatchNorm statistics the additional steps use.
             */
            statistics: string;
            /**
             * Step
             * @description 0 (the untouched network) to `steps`; the lists in `groups` have one entry per step.
             */
            step: number[];
            /** @description Borderline, correct and all images, as judged in the untouched network. */
            groups: components["schemas"]["Groups"];
            /** @description One entry per additional step, 1 to `steps`. */
            cosine_loss: components["schemas"]["Summary"];
            /** @description One entry per additional step, 1 to `steps`. */
            l2_ratio: components["schemas"]["Summary"];
        };
        /** WantedProbe */
        WantedProbe: {
            /** Probe */
            probe: string;
            /**
             * Request
             * @description The body for POST /probe/{probe}.
             */
            request: {
                [key: string]: unknown;
            };
        };
        /**
         * WorkerState
         * @description One worker process.
         */
        WorkerState: {
            /** Device */
            device: string;
            /**
             * State
             * @description starting, ready or dead (a dead worker is replaced at once).
             */
            state: string;
        };
        /** XAxis */
        XAxis: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "block" | "epoch" | "step";
            /** Label */
            label: string;
        };
        /** YAxis */
        YAxis: {
            /** Label */
            label: string;
            /**
             * Unit
             * @description Unit of the values; accuracies are in %.
             */
            unit: string;
            /** Log */
            log: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health_health_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    architectures_architectures_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Architectures"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    measurements_measurements_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Measurements"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recipes_recipes_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recipes"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    datasets_datasets_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Datasets"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    image_datasets_image_get: {
        parameters: {
            query: {
                split: "train" | "validation";
                index: number;
                /** @description Data set; default: the checkpoint's own. */
                dataset?: string | null;
                /** @description Checkpoint whose preprocessing (size and crop) is applied to the image. */
                checkpoint?: string | null;
                /** @description Height and width in pixels, if no checkpoint is given. */
                image_size?: number;
            };
            header?: {
                "if-none-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_runs_runs_get: {
        parameters: {
            query?: {
                /** @description Adds the curve of this field of `latest` to every run that logged it. */
                curve?: ("train_loss" | "train_accuracy" | "validation_loss" | "validation_accuracy") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Runs"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_run_runs_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRun"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_run_runs__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_run_runs__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_run_runs__id__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_run_runs__id__stop_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics_runs__id__metrics_get: {
        parameters: {
            query?: {
                /** @description Default: all metrics without their _std and _qNN companions. */
                metric?: string[];
                split?: ("train" | "validation")[];
                /** @description The `cursor` of an earlier response; can't be combined with merge. */
                since?: number;
                /** @description `seeds`: mean over the completed and running runs that differ only in their seed. */
                merge?: "seeds" | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metrics"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    curves_runs__id__curves_get: {
        parameters: {
            query?: {
                /** @description Default: all metrics without their _std and _qNN companions. */
                metric?: string[];
                split?: ("train" | "validation")[];
                /** @description The `cursor` of an earlier response; can't be combined with merge. */
                since?: number;
                /** @description `seeds`: mean over the completed and running runs that differ only in their seed. */
                merge?: "seeds" | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.safetensors": string;
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    paper_paper_get: {
        parameters: {
            query?: {
                /** @description Data set in place of CIFAR-10; default: the one with the most runs. */
                dataset?: string | null;
                /** @description Data set in place of CIFAR-100; default: the one paired with the first. */
                second?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paper"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    figure_paper_figures__id__get: {
        parameters: {
            query?: {
                /** @description Data set in place of CIFAR-10; default: the one with the most runs. */
                dataset?: string | null;
                /** @description Data set in place of CIFAR-100; default: the one paired with the first. */
                second?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Figure"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_checkpoints_checkpoints_get: {
        parameters: {
            query?: {
                /** @description Only checkpoints of this run. */
                run?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoints"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_checkpoint_checkpoints_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_upload_checkpoint_checkpoints_post"];
            };
        };
        responses: {
            /** @description The same weights are already stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_checkpoint_checkpoints__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_checkpoint_checkpoints__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_file_imports_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_send_file_imports_post"];
            };
        };
        responses: {
            /** @description A checkpoint of Iterscope that is already stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"] | components["schemas"]["Checkpoint"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Insufficient storage */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_import_imports__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_import_imports__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finish_import_imports__id__checkpoint_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportAnswers"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedCheckpoint"];
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_block_metrics_probe_block_metrics_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockMetricsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockMetricsResult"] | components["schemas"]["BlockMetricsOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_drop_probe_drop_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DropRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DropResult"] | components["schemas"]["DropOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_unroll_probe_unroll_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnrollRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnrollResult"] | components["schemas"]["UnrollOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_batch_statistics_probe_batch_statistics_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchStatisticsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchStatisticsResult"] | components["schemas"]["BatchStatisticsOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_early_exit_probe_early_exit_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EarlyExitRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EarlyExitResult"] | components["schemas"]["EarlyExitOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_borderline_probe_borderline_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BorderlineRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BorderlineResult"] | components["schemas"]["BorderlineOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_shuffle_probe_shuffle_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShuffleRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShuffleResult"] | components["schemas"]["ShuffleOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_plan_probe_plan_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanResult"] | components["schemas"]["PlanOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_samples_probe_samples_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SamplesRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SamplesResult"] | components["schemas"]["SamplesOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_sample_probe_sample_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SampleRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleResult"] | components["schemas"]["SampleOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    probe_predictions_probe_predictions_post: {
        parameters: {
            query?: {
                /** @description Same as `wait` in the body; takes precedence. */
                wait?: number | null;
            };
            header?: {
                /** @description `only-if-cached` (RFC 9111): return a stored result, otherwise 504; never run the probe. */
                "cache-control"?: string | null;
                /** @description `text/csv`: the answer's largest table; `application/vnd.plotly.v1+json`: a Plotly figure; otherwise JSON. */
                accept?: string | null;
                /** @description `u=7` (RFC 9218): compute it ahead, while nothing else is asked for; other requests interrupt it. */
                priority?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PredictionsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionsResult"] | components["schemas"]["PredictionsOverEpochs"];
                    "text/csv": string;
                    "application/vnd.plotly.v1+json": Record<string, never>;
                };
            };
            /** @description Not done yet; poll the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not in the cache */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_job_jobs__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_job_jobs__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Conflict with the current state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_jobs__id__events_get: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description No more events; don't reconnect */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Invalid request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
