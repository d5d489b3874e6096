// Generated from the OpenAPI document by types.mjs.
export interface paths {
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
         * Borderline, corrected, overthought, spoiled and other groups of images
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
         * Class probabilities, margin, cosine and loss ledger of one image at every block
         * @description One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block, and the loss ledger.
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
    "/probe/probes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accuracy of a linear classifier on every hidden state
         * @description A linear classifier on the features of every hidden state, fitted on training images.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_probes_probe_probes_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/exits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Agreement and calibration of exits before the output
         * @description What exits before the output say: how often they agree, and how sure they are.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_exits_probe_exits_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/prediction-depth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The hidden state from which on an image's nearest training images give the network's answer
         * @description The hidden state from which on an image's nearest training images give the network's answer.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_prediction_depth_probe_prediction_depth_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/overthinking": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Images that an early exit gets right and the network wrong, and images that needed less depth
         * @description Images that an early exit gets right and the network wrong, and images that it gets right earlier than needed.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_overthinking_probe_overthinking_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The change of the loss by each block, and whether the gradient predicts it
         * @description The change of the loss by each block, and what the gradient predicts.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_ledger_probe_ledger_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/effective-depth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The effect of dropping each block on every later block and on the output
         * @description The effect of dropping each block on every later block and on the output.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_effective_depth_probe_effective_depth_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/cka": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Similarity of hidden states to each other, or to those of another network
         * @description Centred kernel alignment of hidden states with each other, or with those of another network.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_cka_probe_cka_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/criticality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For which blocks training matters: blocks rewound to earlier epochs, or re-randomised
         * @description Each block with its weights of earlier checkpoints, and with fresh ones.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_criticality_probe_criticality_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/substitute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a block can replace another one of its stage
         * @description One block's branch on another's input, for all pairs of blocks of a stage that keep the shape.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_substitute_probe_substitute_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/phases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Each stage as a few phases of similar states, in which one block is repeated
         * @description Each stage as 1 to k segments of similar states, each of which one of its blocks runs alone.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_phases_probe_phases_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/iterative-convergence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a stage behaves like an iteration: it settles, and its steps are interchangeable
         * @description Each stage with fewer of its blocks, and with more steps of its last one.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_iterative_convergence_probe_iterative_convergence_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/separation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How well each position separates the classes, and whether by the same factor at each block
         * @description The scatter within classes against that between class means, at each position.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_separation_probe_separation_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/lesions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Error without several random blocks at once, and with spans of blocks rearranged
         * @description Error without several blocks at once, and with spans of blocks rearranged.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_lesions_probe_lesions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/path-lengths": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Number of residual branches that the gradient passes through
         * @description The weight of paths of each length in the gradient.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_path_lengths_probe_path_lengths_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/fixed-point": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether a block that is applied repeatedly converges, and how fast
         * @description One block applied again and again, from its own input on.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_fixed_point_probe_fixed_point_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/gain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The largest singular value of each block's Jacobian
         * @description The largest singular value of the derivative of each block's step, at some images.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_gain_probe_gain_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/alignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether the Jacobians of a stage's blocks align, and states move along a straight line
         * @description The line shape of all images, and the residual Jacobians of some of them.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_alignment_probe_alignment_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/estimation-bias": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mean and spread of each state's error against the end of its stage
         * @description The errors ε_l = r_l − r_e of the states in a stage against the stage's last state r_e.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_estimation_bias_probe_estimation_bias_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/probe/intrinsic-dimension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Intrinsic dimension of the states at each position (TwoNN)
         * @description The intrinsic dimension of the images at each position, from their two nearest neighbours.
         *
         *     Returns 200 with the result if it is cached or ready within `wait` seconds, otherwise 202 with the job.
         */
        post: operations["probe_intrinsic_dimension_probe_intrinsic_dimension_post"];
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
    "/literature": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Literature
         * @description Every work: its measurements, whether they are stored for the run and its other seeds, and its claims with their verdicts.
         */
        get: operations["literature_literature_get"];
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
         * AlignmentOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        AlignmentOverEpochs: {
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
            answers: components["schemas"]["AlignmentResult"][];
        };
        /**
         * AlignmentRequest
         * @description The line shape of all images, and the residual Jacobians of some of them.
         * @example {
         *       "checkpoint": "latest",
         *       "images": 16,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        AlignmentRequest: {
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
             * Images
             * @description Number of images, drawn by `seed` from the measured ones, at which Jacobians are computed. The time grows with it.
             * @default 16
             */
            images: number;
            /**
             * Rank
             * @description K, the number of singular values; default: 10, or one more than there are classes if there are up to 31.
             */
            rank?: number | null;
            /**
             * Iterations
             * @description Subspace iterations.
             * @default 10
             */
            iterations: number;
        } & (unknown | unknown);
        /** AlignmentResult */
        AlignmentResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Rank
             * @description K.
             */
            rank: number;
            /**
             * Images
             * @description Number of images at which Jacobians were computed.
             */
            images: number;
            /** @description s_1 of J_i = ∂F_i/∂h_i, over those images. */
            first: components["schemas"]["Summary"];
            /** @description mean_k |u_k · v_k|. */
            self_alignment: components["schemas"]["Summary"];
            /** @description ‖J‖²_F / s_1². */
            stable_rank: components["schemas"]["Summary"];
            /** @description s_{C+1} / s_1 for C classes. */
            tail: components["schemas"]["Summary"];
            /**
             * Singular Values
             * @description Mean s_1 … s_K of each block over those images.
             */
            singular_values: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Coupling
             * @description Mean c_ij = 1 − ‖|U_jᵀ J_i V_j| − S_i‖_F / ‖S_i‖_F within a stage, i in rows.
             */
            coupling: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Overlap
             * @description Mean ‖U_iᵀ U_j‖²_F / K within a stage.
             */
            overlap: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Stages
             * @description The line shape of all images, and means of the above.
             */
            stages: components["schemas"]["StageAlignment"][];
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
        /** ChannelErrors */
        ChannelErrors: {
            /** Mean */
            mean: (number | ("Infinity" | "-Infinity") | null)[];
            /** Std */
            std: (number | ("Infinity" | "-Infinity") | null)[];
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
        /**
         * CkaOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        CkaOverEpochs: {
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
            answers: components["schemas"]["CkaResult"][];
        };
        /**
         * CkaRequest
         * @description Centred kernel alignment of hidden states with each other, or with those of another network.
         * @example {
         *       "batch": 64,
         *       "checkpoint": "latest",
         *       "features": "flat",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        CkaRequest: {
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
             * Other
             * @description A checkpoint whose hidden states these are compared with, on the same images; null: with each other.
             */
            other?: string | null;
            /**
             * Features
             * @description What is compared of a hidden state. `flat`: all of it; `gap`: its mean over pixels or tokens; `halves`: standardised by training images, the means of its positive and of its negative part; `auto`: gap in post-activation networks, else halves.
             * @default flat
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
            /**
             * Batch
             * @description Images per batch; a remainder of fewer than 4 is added to the previous batch.
             * @default 64
             */
            batch: number;
        } & (unknown | unknown);
        /** CkaResult */
        CkaResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Positions
             * @description The hidden states: of the stem, and of each block.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Other Positions
             * @description Those that they are compared with: the columns of `cka`.
             */
            other_positions: components["schemas"]["Position"][];
            /**
             * Batches
             * @description Number of batches.
             */
            batches: number;
            /**
             * Cka
             * @description Unbiased CKA, at most 1, and 0 on average if unrelated.
             */
            cka: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Error
             * @description Its standard error by the jackknife over batches.
             */
            error: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Largest Image
             * @description The largest share of a single image in the position's HSIC: outliers move CKA.
             */
            largest_image: (number | ("Infinity" | "-Infinity") | null)[];
            /** @description Mean of the pairs of the same stage − that of pairs of different stages, with a jackknife interval; null with `other`. */
            stage_contrast: components["schemas"]["Estimate"] | null;
            /** @description Spearman's correlation with −|l − m|: positive if nearby states are more similar; null with `other`. */
            nearness: components["schemas"]["Estimate"] | null;
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
         * CriticalityOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        CriticalityOverEpochs: {
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
            answers: components["schemas"]["CriticalityResult"][];
        };
        /**
         * CriticalityRequest
         * @description Each block with its weights of earlier checkpoints, and with fresh ones.
         * @example {
         *       "checkpoint": "latest",
         *       "draws": 3,
         *       "limit": 500,
         *       "split": "validation",
         *       "statistics": "rewind"
         *     }
         */
        CriticalityRequest: {
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
             * Earlier
             * @description Checkpoints of the same architecture to which blocks are rewound, the earliest first: several ids, or `run:ID/0,10,20` for those of a run's epochs; null: blocks are only re-randomised.
             */
            earlier?: string[] | string | null;
            /**
             * Draws
             * @description Number of fresh draws of the weights, as the network's builder in Iterscope draws them; for an imported network this may not be how its training began. 0 doesn't re-randomise.
             * @default 3
             */
            draws: number;
            /**
             * Statistics
             * @description BatchNorm's running statistics in a replaced block. `rewind`: those of the other checkpoint, or those before training. `keep`: those of the network. `recompute`: averages over batches of 256 training images, with the new weights.
             * @default rewind
             * @enum {string}
             */
            statistics: "rewind" | "keep" | "recompute";
            /**
             * Path
             * @description Whether to also find α* between the first of `earlier` and the network, which takes as long as nine more checkpoints.
             * @default false
             */
            path: boolean;
            /**
             * Valley
             * @description Whether to also compute the criticality μ of each block from the first of `earlier`, with noise on its weights. That takes as long as 330 more checkpoints.
             * @default false
             */
            valley: boolean;
        } & (unknown | unknown);
        /** CriticalityResult */
        CriticalityResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Statistics
             * @description As requested.
             */
            statistics: string;
            /** @description The untouched network. */
            baseline: components["schemas"]["Accuracy"];
            /**
             * Columns
             * @description What blocks are replaced by: each checkpoint, then `random`.
             */
            columns: components["schemas"]["Replacement"][];
            /**
             * Accuracy
             * @description With the block's weights replaced, in all its applications.
             */
            accuracy: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Loss
             * @description With the block's weights replaced.
             */
            loss: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Distance
             * @description ‖θ − θ'‖₂ / √dim between the block's weights and those that replace them.
             */
            distance: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Largest Change
             * @description ‖θ − θ'‖∞.
             */
            largest_change: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Random Lowest
             * @description The lowest accuracy of any draw; null without draws.
             */
            random_lowest: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Random Highest
             * @description The highest accuracy of any draw; null without draws.
             */
            random_highest: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Random Costs More
             * @description Share of the blocks for which fresh weights cost at least as much as the first checkpoint's; null without one of both.
             */
            random_costs_more: number | ("Infinity" | "-Infinity") | null;
            /**
             * Random Costs More Interval
             * @description 95 % Wilson interval of that share.
             */
            random_costs_more_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ] | null;
            /**
             * Alpha
             * @description α*: the smallest α from which on the error with (1 − α)·then + α·now stays within 0.01 of the network's; null without `path`.
             */
            alpha: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Module Criticality
             * @description μ: the least α²·‖now − then‖²/σ² for which (1 − α)·then + α·now with noise N(0, σ²) keeps the error within 0.01 of the network's; null without `valley`.
             */
            module_criticality: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Network Criticality
             * @description Σ μ; null without `valley`, or where one of them is undefined.
             */
            network_criticality: number | ("Infinity" | "-Infinity") | null;
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
        /** DepthCount */
        DepthCount: {
            /** Depth */
            depth: number;
            /** Correct */
            correct: number;
            /** Wrong */
            wrong: number;
        };
        /** DrawnPanel */
        DrawnPanel: {
            /**
             * Name
             * @description The panel of the drawn answer.
             */
            name: string;
            /** Title */
            title: string;
            /**
             * Sentence
             * @description What its axes show.
             */
            sentence: string;
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
        /**
         * EffectiveDepthOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        EffectiveDepthOverEpochs: {
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
            answers: components["schemas"]["EffectiveDepthResult"][];
        };
        /**
         * EffectiveDepthRequest
         * @description The effect of dropping each block on every later block and on the output.
         * @example {
         *       "checkpoint": "latest",
         *       "direct": false,
         *       "limit": 500,
         *       "reduce": "mean",
         *       "split": "validation"
         *     }
         */
        EffectiveDepthRequest: {
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
             * Reduce
             * @description How the effects are reduced over the images; a single image can decide the maximum.
             * @default mean
             * @enum {string}
             */
            reduce: "mean" | "max";
            /**
             * Direct
             * @description Whether to measure the direct effect, too: what the block adds is taken from the input of one later block alone.
             * @default false
             */
            direct: boolean;
        } & (unknown | unknown);
        /** EffectiveDepthResult */
        EffectiveDepthResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Reduce
             * @description mean or max, as requested.
             */
            reduce: string;
            /**
             * Effect
             * @description ‖F_j − F_j without the block‖ / ‖F_j‖ of each later block j; null for the others.
             */
            effect: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Effect Std
             * @description Its standard deviation over the images.
             */
            effect_std: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Direct
             * @description The direct effect on the later blocks of the same stage; null for the others; empty if it wasn't requested.
             */
            direct: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Direct Std
             * @description Its standard deviation over the images.
             */
            direct_std: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Undefined
             * @description Number of images in which the block's own branch is 0.
             */
            undefined: number[];
            /**
             * Row Effect
             * @description Mean effect of the block on all later ones.
             */
            row_effect: (number | ("Infinity" | "-Infinity") | null)[];
            /** @description ‖softmax z − softmax z without the block‖₂ */
            output_change: components["schemas"]["Summary"];
            /**
             * Depth Score
             * @description Σ i·O_i / ΣO_i / (L − 1) of the mean output changes O: 0 if only the first block matters, 1 if only the last does.
             */
            depth_score: number | ("Infinity" | "-Infinity") | null;
            /**
             * Half Ratio
             * @description Mean output change of the first half of the blocks divided by that of the second.
             */
            half_ratio: number | ("Infinity" | "-Infinity") | null;
            /**
             * Half Ratio Interval
             * @description Its 95 % bootstrap interval over the images.
             */
            half_ratio_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
        };
        /**
         * Estimate
         * @description A value of all images, and its 95 % bootstrap interval over them; null where it is not defined.
         */
        Estimate: {
            /** Value */
            value: number | ("Infinity" | "-Infinity") | null;
            /** Interval */
            interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
        };
        /**
         * EstimationBiasOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        EstimationBiasOverEpochs: {
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
            answers: components["schemas"]["EstimationBiasResult"][];
        };
        /**
         * EstimationBiasRequest
         * @description The errors ε_l = r_l − r_e of the states in a stage against the stage's last state r_e.
         * @example {
         *       "channels": false,
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        EstimationBiasRequest: {
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
             * Channels
             * @description Whether the result has `channels`: mean and standard deviation of each channel.
             * @default false
             */
            channels: boolean;
        } & (unknown | unknown);
        /** EstimationBiasResult */
        EstimationBiasResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Positions
             * @description The states after each block.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Bias
             * @description mean_c |μ_c| of the error; 0 at the end of a stage.
             */
            bias: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Spread
             * @description mean_c σ_c of the error over images and pixels.
             */
            spread: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Ratio
             * @description √Σμ² / √Σσ².
             */
            ratio: (number | ("Infinity" | "-Infinity") | null)[];
            /** @description μ_c: statistics over the channels. */
            channel_mean: components["schemas"]["Summary"];
            /** @description ‖r_l − r_e‖ / ‖r_e‖ of each image. */
            distance: components["schemas"]["Summary"];
            /**
             * Stages
             * @description Each stage: its error after the first block, and how it falls.
             */
            stages: components["schemas"]["StageBias"][];
            /**
             * Falling Share
             * @description Share of the blocks between the first and the last of their stage at which the spread falls.
             */
            falling_share: number | ("Infinity" | "-Infinity") | null;
            /**
             * Falling Interval
             * @description 95 % Wilson interval of that share.
             */
            falling_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Channels
             * @description Mean and standard deviation of the error in each channel, at each position, if asked for.
             */
            channels: components["schemas"]["ChannelErrors"][] | null;
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
         * ExitsOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        ExitsOverEpochs: {
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
            answers: components["schemas"]["ExitsResult"][];
        };
        /**
         * ExitsRequest
         * @description What exits before the output say: how often they agree, and how sure they are.
         * @example {
         *       "checkpoint": "latest",
         *       "exit": "plugged",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        ExitsRequest: {
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
             * Features
             * @description What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised by the fit images, the means of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.
             * @default auto
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
            /**
             * Fit Limit
             * @description Number of training images to fit on, as many of each class as there are, drawn by `seed`; null for all.
             * @default 5000
             */
            fit_limit: number | null;
            /**
             * Exit
             * @description `plugged`: the network's head after each block of the last stage; `probe`: a linear probe of the class on every hidden state; `network-probe`: a linear probe of the network's own distribution.
             * @default plugged
             * @enum {string}
             */
            exit: "plugged" | "probe" | "network-probe";
            /**
             * Bins
             * @description Number of equally wide bins of the confidence.
             * @default 15
             */
            bins: number;
            /**
             * Lambda
             * @description λ, the penalty on the weights of the probes; default: 0.01.
             */
            lambda?: number | null;
        } & (unknown | unknown);
        /** ExitsResult */
        ExitsResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Exit
             * @description As requested.
             */
            exit: string;
            /**
             * Bins
             * @description As requested.
             */
            bins: number;
            /**
             * Positions
             * @description The hidden states that exits read.
             */
            positions: components["schemas"]["Position"][];
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
             * Brier
             * @description Mean of Σ (p − onehot)².
             */
            brier: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Disagreement
             * @description Share of images for which the class differs from the network's own.
             */
            disagreement: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Flips
             * @description Share of images whose class differs at the next exit, or after the last one at the output.
             */
            flips: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Divergence
             * @description Mean KL(output ‖ exit).
             */
            divergence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Confidence
             * @description Mean of max p.
             */
            confidence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Calibration Error
             * @description Expected calibration error.
             */
            calibration_error: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Calibration Error Interval
             * @description Its 95 % bootstrap interval over images.
             */
            calibration_error_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Overconfidence
             * @description Mean confidence minus accuracy.
             */
            overconfidence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Cost
             * @description Share of the network's multiply-adds that has run.
             */
            cost: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Agreement
             * @description Share of images for which two exits give the same class.
             */
            agreement: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Bin Count
             * @description Number of images by their confidence.
             */
            bin_count: number[][];
            /**
             * Bin Accuracy
             * @description Accuracy of these images.
             */
            bin_accuracy: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Bin Confidence
             * @description Mean confidence of these images.
             */
            bin_confidence: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Thresholds
             * @description Each image leaves at the first exit of this confidence, or at the output.
             */
            thresholds: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Early Accuracy
             * @description Accuracy if images leave early.
             */
            early_accuracy: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Early Cost
             * @description Mean share of the multiply-adds that then run, without the exits' own.
             */
            early_cost: (number | ("Infinity" | "-Infinity") | null)[];
            output: components["schemas"]["OutputExit"];
            /** @description Rank correlation of position and disagreement. */
            trend: components["schemas"]["Estimate"];
            /** @description Calibration error of the first exit minus that of the output. */
            first_excess: components["schemas"]["Estimate"];
            /**
             * Fit Samples
             * @description Number of training images that probes are fitted on; null without probes.
             */
            fit_samples: number | null;
            /**
             * Notes
             * @description What limits these values, such as few images.
             */
            notes: string[];
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
            /**
             * Judged
             * @description The number that is judged, with its interval and the threshold, as text; empty without one.
             */
            judged: string;
            /**
             * Criterion
             * @description Which number is judged, and why the threshold lies where it does.
             */
            criterion: string;
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
         * FixedPointOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        FixedPointOverEpochs: {
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
            answers: components["schemas"]["FixedPointResult"][];
        };
        /**
         * FixedPointRequest
         * @description One block applied again and again, from its own input on.
         * @example {
         *       "alpha": 0.1,
         *       "block": -1,
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation",
         *       "steps": 50
         *     }
         */
        FixedPointRequest: {
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
             * @description The block that is repeated; it must keep the shape.
             * @default -1
             */
            block: number;
            /**
             * Steps
             * @description Number of repetitions after the first application.
             * @default 50
             */
            steps: number;
            /**
             * Alpha
             * @description α, the factor on the branch; 1 leaves the block as it is.
             * @default 1
             */
            alpha: number;
        } & (unknown | unknown);
        /** FixedPointResult */
        FixedPointResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
             * @description Number of repetitions after the first application.
             */
            steps: number;
            /**
             * Alpha
             * @description α.
             */
            alpha: number;
            /**
             * Statistics
             * @description A sentence that says whose BatchNorm statistics the additional steps use.
             */
            statistics: string;
            /**
             * Step
             * @description 0, the block's input, to `steps`.
             */
            step: number[];
            /** @description ρ_t = ‖u_t‖ / ‖h_t‖, where u is F, or the change of h divided by α. */
            update: components["schemas"]["Summary"];
            /** @description ‖u_t‖ / ‖u_{t−1}‖, one entry per step from 1 on. */
            contraction: components["schemas"]["Summary"];
            /**
             * Mean Contraction
             * @description Geometric mean over images of each image's own geometric mean of its contractions; below 1, the updates shrink.
             */
            mean_contraction: number | ("Infinity" | "-Infinity") | null;
            /**
             * Mean Contraction Interval
             * @description Its 95 % bootstrap interval over images.
             */
            mean_contraction_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** @description Over images: the geometric mean of the last five contractions. */
            rate: components["schemas"]["MeanAndStd"];
            /**
             * Settled
             * @description Number of images whose last update is below 0.001 of the state.
             */
            settled: number;
            /**
             * Settled Interval
             * @description 95 % Wilson interval of the share of settled images.
             */
            settled_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Diverged
             * @description Number of images whose state leaves the range of its floating-point type.
             */
            diverged: number;
        };
        /**
         * GainOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        GainOverEpochs: {
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
            answers: components["schemas"]["GainResult"][];
        };
        /**
         * GainRequest
         * @description The largest singular value of the derivative of each block's step, at some images.
         * @example {
         *       "alpha": 1,
         *       "checkpoint": "latest",
         *       "images": 16,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        GainRequest: {
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
             * Images
             * @description Number of images, drawn by `seed` from the sampled ones, that are measured. The time grows with it.
             * @default 16
             */
            images: number;
            /**
             * Alpha
             * @description α, the factor on the branch; 1 leaves the block as it is.
             * @default 1
             */
            alpha: number;
            /**
             * Iterations
             * @description Subspace iterations; the gain is approached from below.
             * @default 10
             */
            iterations: number;
        } & (unknown | unknown);
        /** GainResult */
        GainResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Alpha
             * @description α.
             */
            alpha: number;
            /** @description ‖∂merge(s + α·F)/∂h‖₂, which is ‖I + αJ‖₂ without a merge. */
            gain: components["schemas"]["Summary"];
            /**
             * Contracting
             * @description Number of images at which the gain is below 1.
             */
            contracting: number[];
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
        /** ImageLedger */
        ImageLedger: {
            /**
             * Positions
             * @description The numbers of blocks after which the head reads the state.
             */
            positions: number[];
            /**
             * Loss
             * @description Loss of the head on the state.
             */
            loss: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Blocks
             * @description The blocks between these positions.
             */
            blocks: number[];
            /**
             * Actual
             * @description Change of that loss by the block.
             */
            actual: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * First
             * @description The change that the gradient predicts.
             */
            first: (number | ("Infinity" | "-Infinity") | null)[];
        };
        /** ImageProbes */
        ImageProbes: {
            /**
             * Depth
             * @description Prediction depth: number of blocks after which the answer is settled; more than there are blocks if no hidden state settles it. Null without `depth`.
             */
            depth: number | null;
            /**
             * Positions
             * @description The hidden states, r_0 to r_L, which linear probes read; empty without `depth`.
             */
            positions: number[];
            /**
             * Probabilities
             * @description Of each class, by the probe.
             */
            probabilities: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Notes
             * @description What limits them, such as few training images.
             */
            notes: string[];
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
         * IntrinsicDimensionOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        IntrinsicDimensionOverEpochs: {
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
            answers: components["schemas"]["IntrinsicDimensionResult"][];
        };
        /**
         * IntrinsicDimensionRequest
         * @description The intrinsic dimension of the images at each position, from their two nearest neighbours.
         * @example {
         *       "checkpoint": "latest",
         *       "features": "flat",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        IntrinsicDimensionRequest: {
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
             * Features
             * @description What is read of a hidden state: `flat`, all of it; `gap`, `halves` or `auto` as for `separation`.
             * @default flat
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
            /**
             * Fraction
             * @description The share of the images, from the smallest ratio of distances on, that is fitted.
             * @default 0.9
             */
            fraction: number;
        } & (unknown | unknown);
        /** IntrinsicDimensionResult */
        IntrinsicDimensionResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Positions
             * @description The states r_0 to r_L.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Features
             * @description What was read of the states: gap, halves or flat.
             */
            features: string;
            /**
             * Dimension
             * @description Slope of −log(1 − F) on log(r2/r1).
             */
            dimension: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Dimension Interval
             * @description 95 % bootstrap interval over the ratios r2/r1.
             */
            dimension_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Likelihood
             * @description The maximum likelihood estimate N / Σ log(r2/r1), for comparison.
             */
            likelihood: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Half
             * @description Mean dimension of two halves of the images.
             */
            half: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Quarter
             * @description Mean dimension of four quarters of the images.
             */
            quarter: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Distance
             * @description Mean distance of an image to the nearest other.
             */
            distance: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Duplicates
             * @description Number of images with an exact duplicate, which are left out.
             */
            duplicates: number[];
            /**
             * Peak
             * @description The largest dimension.
             */
            peak: number | ("Infinity" | "-Infinity") | null;
            /**
             * Peak Position
             * @description Position of the largest dimension.
             */
            peak_position: number | null;
            /**
             * Peak Inside
             * @description Whether that is neither the first nor the last position.
             */
            peak_inside: boolean;
            /**
             * End Share
             * @description The dimension at the last position, divided by the largest one.
             */
            end_share: number | ("Infinity" | "-Infinity") | null;
            /**
             * End Share Interval
             * @description Its 95 % bootstrap interval.
             */
            end_share_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
        };
        /**
         * IterativeConvergenceOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        IterativeConvergenceOverEpochs: {
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
            answers: components["schemas"]["IterativeConvergenceResult"][];
        };
        /**
         * IterativeConvergenceRequest
         * @description Each stage with fewer of its blocks, and with more steps of its last one.
         * @example {
         *       "alpha": 1,
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        IterativeConvergenceRequest: {
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
             * Steps
             * @description Additional steps of a stage's last block that keeps the shape; null: as many as the stage has such blocks.
             */
            steps?: number | null;
            /**
             * Alpha
             * @description The factor on the branch in the additional steps.
             * @default 1
             */
            alpha: number;
        } & (unknown | unknown);
        /** IterativeConvergenceResult */
        IterativeConvergenceResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /** @description The untouched network. */
            baseline: components["schemas"]["Accuracy"];
            /**
             * Chance
             * @description 1 − the share of the largest class: the error of guessing it.
             */
            chance: number | ("Infinity" | "-Infinity") | null;
            /**
             * Stages
             * @description The blocks of each stage that keep the shape.
             */
            stages: components["schemas"]["StageBlocks"][];
            /**
             * Convergence
             * @description Mean of x with only the first t blocks, t < n.
             */
            convergence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Convergence Interval
             * @description 95 % bootstrap interval over images.
             */
            convergence_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Order Free
             * @description Mean of x with only the last t blocks, t < n.
             */
            order_free: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Order Free Interval
             * @description 95 % bootstrap interval over images.
             */
            order_free_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Recurrence
             * @description order_free − convergence.
             */
            recurrence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Recurrence Interval
             * @description 95 % bootstrap interval over images.
             */
            recurrence_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Divergence
             * @description Mean of x with the last block run 1, 2, … more times.
             */
            divergence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Divergence Interval
             * @description 95 % bootstrap interval over images.
             */
            divergence_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Plans
             * @description Each way to run a stage; the other stages are untouched.
             */
            plans: components["schemas"]["StageRunResult"][];
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
        /**
         * LedgerOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        LedgerOverEpochs: {
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
            answers: components["schemas"]["LedgerResult"][];
        };
        /**
         * LedgerRequest
         * @description The change of the loss by each block, and what the gradient predicts.
         * @example {
         *       "checkpoint": "latest",
         *       "limit": 500,
         *       "split": "validation",
         *       "update": "effective"
         *     }
         */
        LedgerRequest: {
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
             * Update
             * @description The step of `first`. `effective`: from one state to the next; `branch`: F before the addition. They differ in post-activation networks.
             * @default effective
             * @enum {string}
             */
            update: "branch" | "effective";
            /**
             * Path
             * @description Whether the path integral is computed, which takes most of the time.
             * @default true
             */
            path: boolean;
            /**
             * Path Blocks
             * @description The blocks whose factor goes from 0 to 1 on the path; default: all that keep the shape.
             */
            path_blocks?: number[] | null;
            /**
             * Nodes
             * @description Gauss–Legendre nodes of the path integral. `auto`: 16, doubled up to 64 until less than 2 % of the mean loss difference of the first 32 measured images is unexplained.
             * @default auto
             */
            nodes: "auto" | number;
            /**
             * Graddrop
             * @description Whether the derivatives are taken with the gradient through each other block cut, too, against cancellation of what a block does directly and through later blocks. It takes as many backward passes as there are blocks.
             * @default false
             */
            graddrop: boolean;
        } & (unknown | unknown);
        /** LedgerResult */
        LedgerResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Update
             * @description effective or branch, as requested.
             */
            update: string;
            /**
             * Positions
             * @description The numbers of blocks after which the head reads the state.
             */
            positions: number[];
            /** @description Loss of the head on the state. */
            loss: components["schemas"]["Summary"];
            /**
             * Plugged Blocks
             * @description The blocks between these positions.
             */
            plugged_blocks: number[];
            /** @description Change of that loss by the block; negative where the block lowers it. */
            actual: components["schemas"]["Summary"];
            /** @description The change that the gradient predicts: ⟨∂ℓ/∂r, step⟩. */
            first: components["schemas"]["Summary"];
            /**
             * Slope
             * @description Σ first·actual / Σ first² over the images; 1 for a gradient step.
             */
            slope: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Correlation
             * @description Correlation of first and actual over the images.
             */
            correlation: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Relative Error
             * @description Σ |actual − first| / Σ |actual| over the images.
             */
            relative_error: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Slope Trend
             * @description Spearman correlation of the slope with the block's index.
             */
            slope_trend: number | ("Infinity" | "-Infinity") | null;
            /** @description ∂L/∂α of the factor α on the block's branch; its negative estimates the damage. */
            derivative: components["schemas"]["Summary"];
            /** @description Loss without the block minus that of the network. */
            damage: components["schemas"]["Summary"];
            /**
             * Estimate Correlation
             * @description Spearman correlation of the mean estimate −∂L/∂α and the mean damage over the blocks that keep the shape.
             */
            estimate_correlation: number | ("Infinity" | "-Infinity") | null;
            /**
             * Estimate Chance
             * @description The correlation that unrelated values of as many blocks reach with a probability of at most 5 %; null below 4 blocks.
             */
            estimate_chance: number | ("Infinity" | "-Infinity") | null;
            /**
             * Compared
             * @description Number of blocks that keep the shape, of which the correlations and the share of signs are.
             */
            compared: number;
            /**
             * Sign Agreement
             * @description Share of the blocks that keep the shape where mean estimate and mean damage have the same sign.
             */
            sign_agreement: number | ("Infinity" | "-Infinity") | null;
            /**
             * Magnitude Correlation
             * @description Spearman correlation of the mean |∂L/∂α| and the mean |damage| over the blocks that keep the shape.
             */
            magnitude_correlation: number | ("Infinity" | "-Infinity") | null;
            /** @description Mean of |∂L/∂α| over cuts of the gradient through each other block; empty without `graddrop`. */
            graddrop: components["schemas"]["Summary"];
            /**
             * Graddrop Correlation
             * @description Spearman correlation of the mean of `graddrop` and the mean |damage| over these blocks; null without `graddrop`.
             */
            graddrop_correlation: number | ("Infinity" | "-Infinity") | null;
            /** @description The loss difference that the block explains on the path. */
            path: components["schemas"]["Summary"];
            /**
             * Path Blocks
             * @description The blocks whose factor goes from 0 to 1; empty without a path.
             */
            path_blocks: number[];
            /**
             * Nodes
             * @description Gauss–Legendre nodes; null without a path.
             */
            nodes: number | null;
            /** @description Loss of the network minus that without the path's blocks, in nats. */
            total: components["schemas"]["MeanAndStd"];
            /** @description What the blocks' shares leave of that: the error of the integration. */
            unexplained: components["schemas"]["MeanAndStd"];
            /**
             * Gap
             * @description The mean unexplained rest, as a share of the mean difference.
             */
            gap: number | ("Infinity" | "-Infinity") | null;
        };
        /** Lesion */
        Lesion: {
            /** Accuracy */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
            /** Count */
            count: number;
            /** Blocks */
            blocks: number[];
        };
        /**
         * LesionsOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        LesionsOverEpochs: {
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
            answers: components["schemas"]["LesionsResult"][];
        };
        /**
         * LesionsRequest
         * @description Error without several blocks at once, and with spans of blocks rearranged.
         * @example {
         *       "checkpoint": "latest",
         *       "counts": [
         *         1,
         *         2,
         *         4
         *       ],
         *       "draws": 20,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        LesionsRequest: {
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
             * Counts
             * @description Numbers of blocks that are dropped together, of those that keep the shape; larger numbers than there are such blocks are left out. Default: 1, 2, 4, 8, …
             */
            counts?: number[] | null;
            /**
             * Draws
             * @description Random sets of blocks for each number; all sets, if there are no more.
             * @default 20
             */
            draws: number;
            /**
             * Spans
             * @description Spans that are reversed, and whose blocks run side by side, each as its first and last block; `stages`: the longest span of blocks that keep the shape in each stage.
             * @default stages
             */
            spans: ("stages" | "none") | number[][];
        } & (unknown | unknown);
        /** LesionsResult */
        LesionsResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
             * Movable
             * @description The blocks that keep the shape, of which sets are drawn.
             */
            movable: number[];
            /**
             * Plans
             * @description Accuracy and loss without each set of blocks.
             */
            plans: components["schemas"]["Lesion"][];
            /**
             * Counts
             * @description Numbers of dropped blocks, from 0.
             */
            counts: number[];
            /**
             * Sets
             * @description Number of sets of that size.
             */
            sets: number[];
            /**
             * Error
             * @description Mean error over the sets.
             */
            error: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Error Std
             * @description Standard deviation of the error over the sets.
             */
            error_std: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Error Interval
             * @description Lowest and highest error of a set.
             */
            error_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Mean Loss
             * @description Mean loss over the sets.
             */
            mean_loss: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Error Trend
             * @description Spearman correlation of the number of dropped blocks and the mean error.
             */
            error_trend: number | ("Infinity" | "-Infinity") | null;
            /**
             * Largest Step
             * @description The largest rise of the mean error from one number to the next, as a share of the whole rise; null without a rise.
             */
            largest_step: number | ("Infinity" | "-Infinity") | null;
            /**
             * Spans
             * @description Accuracy and loss with a span reversed, or side by side.
             */
            spans: components["schemas"]["SpanResult"][];
        };
        /**
         * Literature
         * @description Every work, and all claims.
         * @example {
         *       "claims": [
         *         {
         *           "about": "trained networks",
         *           "comparison": "<",
         *           "criterion": "The correlation of position and log D is below −0.9.",
         *           "figures": [
         *             "separation"
         *           ],
         *           "id": "separation-law",
         *           "interval": [
         *             -0.98,
         *             -0.96
         *           ],
         *           "judged": "judged: −0.97, 95 % interval −0.98 to −0.96; holds below −0.9",
         *           "level": 0.95,
         *           "looks": 0,
         *           "measured": "correlation −0.97 of position and log D on training images in ResNet-56 on digits",
         *           "n_runs": 1,
         *           "n_samples": 1438,
         *           "nets": [
         *             "ResNet-56 on digits"
         *           ],
         *           "scope": "on digits, ResNet-56, 1 seed, this network only: seen",
         *           "section": "",
         *           "sentence": "The logarithm of the scatter falls on a line over the positions.",
         *           "statistic": -0.97,
         *           "threshold": -0.9,
         *           "verdict": "holds"
         *         }
         *       ],
         *       "counts": {
         *         "does not hold": 0,
         *         "holds": 1,
         *         "inconclusive": 0,
         *         "not yet run": 0
         *       },
         *       "run": {
         *         "id": "r7k2m9qx4",
         *         "name": "demo",
         *         "network": "ResNet-56 on digits"
         *       },
         *       "seeds": [
         *         {
         *           "name": "demo",
         *           "run": "r7k2m9qx4",
         *           "seed": 0
         *         }
         *       ],
         *       "wanted": 0,
         *       "works": [
         *         {
         *           "authors": "He and Su 2023; Papyan, Han and Donoho 2020",
         *           "claims": [
         *             "separation-law"
         *           ],
         *           "finding": "The scatter within classes, relative to that between them, falls by the same factor at every layer.",
         *           "id": "separation",
         *           "measurements": [
         *             {
         *               "citation": "He and Su 2023",
         *               "formula": "D_l = tr(SS_w SS_b⁺) ≈ ρ^l D_0",
         *               "key": "separation",
         *               "panels": [
         *                 {
         *                   "name": "separation",
         *                   "sentence": "Scatter within classes against that between.",
         *                   "title": "Separation of the classes"
         *                 }
         *               ],
         *               "probe": "separation",
         *               "request": {
         *                 "checkpoint": "c8n3w5tz"
         *               },
         *               "seeds": [
         *                 {
         *                   "request": {
         *                     "checkpoint": "c8n3w5tz"
         *                   },
         *                   "run": "r7k2m9qx4",
         *                   "stored": true
         *                 }
         *               ],
         *               "stored": true,
         *               "summary": "How well each position separates the classes",
         *               "title": "Separation of classes"
         *             }
         *           ],
         *           "question": "Does each block reduce the scatter within classes, relative to that between them, by the same factor?",
         *           "source": "arXiv:2210.17020; NC1: arXiv:2008.08186",
         *           "title": "A law of data separation"
         *         }
         *       ]
         *     }
         */
        Literature: {
            /** @description The run whose network is shown; null without a run that has ended. */
            run: components["schemas"]["StudiedRun"] | null;
            /**
             * Seeds
             * @description That run, and completed runs that differ from it only in their seed.
             */
            seeds: components["schemas"]["StudiedSeed"][];
            /** Works */
            works: components["schemas"]["WorkOnRun"][];
            /**
             * Claims
             * @description The claims; `figures` names the work.
             */
            claims: components["schemas"]["Finding"][];
            counts: components["schemas"]["Counts"];
            /**
             * Wanted
             * @description Number of probes that haven't been run yet, of all seeds.
             */
            wanted: number;
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
         *           },
         *           "Reason": {
         *             "description": "Why a field has no value at some places.",
         *             "properties": {
         *               "field": {
         *                 "description": "The field, or `stages.correlation` for a field of the records in `stages`.",
         *                 "title": "Field",
         *                 "type": "string"
         *               },
         *               "at": {
         *                 "description": "The positions along the field's axis, from 0; of a matrix, its empty rows.",
         *                 "items": {
         *                   "type": "integer"
         *                 },
         *                 "title": "At",
         *                 "type": "array"
         *               },
         *               "reason": {
         *                 "title": "Reason",
         *                 "type": "string"
         *               }
         *             },
         *             "required": [
         *               "field",
         *               "at",
         *               "reason"
         *             ],
         *             "title": "Reason",
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
         *           "reasons": {
         *             "default": [],
         *             "description": "Where values are undefined for all images, and why; absent in results of older versions.",
         *             "items": {
         *               "$ref": "#/$defs/Reason"
         *             },
         *             "title": "Reasons",
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
        /**
         * OutputExit
         * @description The network's own output.
         */
        OutputExit: {
            /** Accuracy */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
            /** Brier */
            brier: number | ("Infinity" | "-Infinity") | null;
            /** Calibration Error */
            calibration_error: number | ("Infinity" | "-Infinity") | null;
            /** Calibration Error Interval */
            calibration_error_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Overconfidence */
            overconfidence: number | ("Infinity" | "-Infinity") | null;
        };
        /**
         * OverthinkingOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        OverthinkingOverEpochs: {
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
            answers: components["schemas"]["OverthinkingResult"][];
        };
        /**
         * OverthinkingRequest
         * @description Images that an early exit gets right and the network wrong, and images that it gets right earlier than needed.
         * @example {
         *       "checkpoint": "latest",
         *       "exits": "six",
         *       "limit": 500,
         *       "run": 1,
         *       "split": "validation"
         *     }
         */
        OverthinkingRequest: {
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
             * Features
             * @description What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised by the fit images, the means of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.
             * @default auto
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
            /**
             * Fit Limit
             * @description Number of training images to fit on, as many of each class as there are, drawn by `seed`; null for all.
             * @default 5000
             */
            fit_limit: number | null;
            /**
             * Exits
             * @description `six`: exits at 15, 30, 45, 60, 75 and 90 % of the multiply-adds; `all`: at every hidden state.
             * @default six
             * @enum {string}
             */
            exits: "six" | "all";
            /**
             * Exit
             * @description What an exit is: a linear `probe` of the class, or a `network-probe` of the network's own distribution.
             * @default probe
             * @enum {string}
             */
            exit: "probe" | "network-probe";
            /**
             * Run
             * @description An exit counts as right if it and the next ones are, this many in a row.
             * @default 1
             */
            run: number;
            /**
             * Lambda
             * @description λ, the penalty on the weights of the probes; default: 0.01.
             */
            lambda?: number | null;
        } & (unknown | unknown);
        /** OverthinkingResult */
        OverthinkingResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Exits
             * @description As requested.
             */
            exits: string;
            /**
             * Exit
             * @description As requested.
             */
            exit: string;
            /**
             * Run
             * @description As requested.
             */
            run: number;
            /**
             * Positions
             * @description The hidden states that exits read.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Cost
             * @description Share of the network's multiply-adds that has run.
             */
            cost: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Accuracy
             * @description Share of images that the exit gets right.
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
             * Wasteful
             * @description Share of images that are right at this exit and at the output.
             */
            wasteful: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Destructive
             * @description Share of images that are right at this exit and wrong at the output.
             */
            destructive: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Oracle
             * @description Share of images that are right at this exit or at an earlier one.
             */
            oracle: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Output Accuracy
             * @description Of the network itself.
             */
            output_accuracy: number | ("Infinity" | "-Infinity") | null;
            /**
             * Errors
             * @description Number of images that the network gets wrong.
             */
            errors: number;
            /**
             * Spoiled Count
             * @description Number of these that are right at some exit: destructive overthinking.
             */
            spoiled_count: number;
            /**
             * Spoiled Share
             * @description Their share of the errors; null without errors.
             */
            spoiled_share: number | ("Infinity" | "-Infinity") | null;
            /**
             * Spoiled Interval
             * @description 95 % Wilson interval of that share.
             */
            spoiled_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Spoiled Chance
             * @description That share, if exits were right on the errors as often, but independently.
             */
            spoiled_chance: number | ("Infinity" | "-Infinity") | null;
            /**
             * Oracle Accuracy
             * @description Share of images that are right at some exit or at the output.
             */
            oracle_accuracy: number | ("Infinity" | "-Infinity") | null;
            /**
             * Oracle Cost
             * @description Mean share of the multiply-adds if each image left at its first right exit; images without one run through.
             */
            oracle_cost: number | ("Infinity" | "-Infinity") | null;
            /**
             * Confusion Mean
             * @description Of the fit images, before standardisation.
             */
            confusion_mean: number | ("Infinity" | "-Infinity") | null;
            /**
             * Confusion Std
             * @description Of the fit images, before standardisation.
             */
            confusion_std: number | ("Infinity" | "-Infinity") | null;
            /** @description Probability that an error is more confused than a right image. */
            confusion_auroc: components["schemas"]["Estimate"];
            /** @description The same of 1 − max p of the output. */
            doubt_auroc: components["schemas"]["Estimate"];
            /**
             * Spoiled
             * @description At most 200 spoiled images, the most confused first.
             */
            spoiled: components["schemas"]["SpoiledImage"][];
            /**
             * Fit Samples
             * @description Number of training images that probes are fitted on.
             */
            fit_samples: number;
            /**
             * Notes
             * @description What limits these values, such as classes without a fit image.
             */
            notes: string[];
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
         *           "criterion": "The mean ℓ2 ratio of the higher half of the blocks is below 0.5: F then turns h by at most 30°.",
         *           "figures": [
         *             "fig2"
         *           ],
         *           "id": "fig2-small",
         *           "interval": [
         *             0.17,
         *             0.19
         *           ],
         *           "judged": "judged: 0.181, 95 % interval 0.17 to 0.19; holds below 0.5",
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
         * PathLengthsOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        PathLengthsOverEpochs: {
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
            answers: components["schemas"]["PathLengthsResult"][];
        };
        /**
         * PathLengthsRequest
         * @description The weight of paths of each length in the gradient.
         * @example {
         *       "checkpoint": "latest",
         *       "draws": 10,
         *       "limit": 100,
         *       "split": "validation"
         *     }
         */
        PathLengthsRequest: {
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
             * @default 100
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
             * Draws
             * @description Random sets of blocks for each length; all sets, if there are no more.
             * @default 10
             */
            draws: number;
        } & (unknown | unknown);
        /** PathLengthsResult */
        PathLengthsResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Lengths
             * @description Numbers of branches on a path.
             */
            lengths: number[];
            /**
             * Sets
             * @description Number of sets of blocks of that length.
             */
            sets: number[];
            /** @description Share of the gradient that takes paths of that length: their number times the mean norm of the gradient along one. */
            weight: components["schemas"]["Summary"];
            /** @description Mean norm of the gradient along one path, at the first state. */
            gradient_norm: components["schemas"]["Summary"];
            /**
             * Binomial
             * @description Share of that length among all paths, without their gradients.
             */
            binomial: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Effective Length
             * @description Mean length of the paths by their weight, over the images.
             */
            effective_length: number | ("Infinity" | "-Infinity") | null;
            /**
             * Effective Length Std
             * @description Its standard deviation over the images.
             */
            effective_length_std: number | ("Infinity" | "-Infinity") | null;
            /**
             * Effective Length Interval
             * @description The 95 % bootstrap interval of the mean over the images.
             */
            effective_length_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Undefined
             * @description Number of images without a gradient on any of these paths.
             */
            undefined: number;
            /**
             * Half
             * @description L/2, the mean length of all paths without their gradients.
             */
            half: number;
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
         * PhasesOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        PhasesOverEpochs: {
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
            answers: components["schemas"]["PhasesResult"][];
        };
        /**
         * PhasesRequest
         * @description Each stage as 1 to k segments of similar states, each of which one of its blocks runs alone.
         * @example {
         *       "checkpoint": "latest",
         *       "k": 4,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        PhasesRequest: {
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
             * K
             * @description The most segments of a stage.
             * @default 4
             */
            k: number;
        } & (unknown | unknown);
        /** PhasesResult */
        PhasesResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Fit Images
             * @description Number of training images on which segments and their blocks were chosen.
             */
            fit_images: number;
            /**
             * Stages
             * @description The blocks of each stage that keep the shape.
             */
            stages: components["schemas"]["StageBlocks"][];
            /**
             * Similarity
             * @description Mean cosine of the states that two blocks of a stage return, on the training images; null for two stages.
             */
            similarity: (number | ("Infinity" | "-Infinity") | null)[][];
            /** @description The untouched network. */
            baseline: components["schemas"]["Accuracy"];
            /**
             * Plans
             * @description Each surrogate: one block of each segment runs as often as the segment is long.
             */
            plans: components["schemas"]["SurrogateResult"][];
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
         * Position
         * @description One hidden state r_l, from the stem's output r_0 to the last block's, r_L.
         */
        Position: {
            /** Index */
            index: number;
            /**
             * Stage
             * @description The stage of the block that returns the state; the first for the stem's output.
             */
            stage: number;
            /**
             * Is Projection
             * @description Whether the block that returns the state is a projection.
             */
            is_projection: boolean;
        };
        /**
         * PredictionDepthOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        PredictionDepthOverEpochs: {
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
            answers: components["schemas"]["PredictionDepthResult"][];
        };
        /**
         * PredictionDepthRequest
         * @description The hidden state from which on an image's nearest training images give the network's answer.
         * @example {
         *       "checkpoint": "latest",
         *       "k": 30,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        PredictionDepthRequest: {
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
             * Features
             * @description What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised by the fit images, the means of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.
             * @default auto
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
            /**
             * Fit Limit
             * @description Number of training images to fit on, as many of each class as there are, drawn by `seed`; null for all.
             * @default 5000
             */
            fit_limit: number | null;
            /**
             * K
             * @description Number of nearest training images that vote.
             * @default 30
             */
            k: number;
        } & (unknown | unknown);
        /** PredictionDepthResult */
        PredictionDepthResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * K
             * @description As requested.
             */
            k: number;
            /**
             * Positions
             * @description The hidden states, r_0 to r_L.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Accuracy
             * @description Share of images whose class the neighbours give.
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
             * Agreement
             * @description Share of images for which the neighbours give the network's answer.
             */
            agreement: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Settled
             * @description Share of images whose answer is settled here, or was before.
             */
            settled: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Histogram
             * @description Number of images by depth, right and wrong ones: L + 1 if only the neighbours by class probabilities give the answer, L + 2 if not even they.
             */
            histogram: components["schemas"]["DepthCount"][];
            /**
             * Undecided
             * @description Number of images whose neighbours by class probabilities don't give the network's answer.
             */
            undecided: number;
            /** @description Of all images. */
            depth: components["schemas"]["MeanAndStd"];
            /** @description Of images that the network gets right. */
            depth_correct: components["schemas"]["MeanAndStd"];
            /** @description Of images that the network gets wrong. */
            depth_wrong: components["schemas"]["MeanAndStd"];
            /** @description Mean depth of wrong images minus that of right ones. */
            excess_of_wrong: components["schemas"]["Estimate"];
            /** @description Rank correlation of depth and −max p. */
            doubt: components["schemas"]["Estimate"];
            /**
             * Fit Samples
             * @description Number of training images among which neighbours are looked for.
             */
            fit_samples: number;
            /**
             * Notes
             * @description What limits these values, such as classes without a fit image.
             */
            notes: string[];
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
         * ProbesOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        ProbesOverEpochs: {
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
            answers: components["schemas"]["ProbesResult"][];
        };
        /**
         * ProbesRequest
         * @description A linear classifier on the features of every hidden state, fitted on training images.
         * @example {
         *       "checkpoint": "latest",
         *       "kind": "logistic",
         *       "limit": 500,
         *       "split": "validation",
         *       "target": "labels"
         *     }
         */
        ProbesRequest: {
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
             * Features
             * @description What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised by the fit images, the means of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.
             * @default auto
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
            /**
             * Fit Limit
             * @description Number of training images to fit on, as many of each class as there are, drawn by `seed`; null for all.
             * @default 5000
             */
            fit_limit: number | null;
            /**
             * Target
             * @description What the probes are fitted to: the classes, or the network's own distribution over them.
             * @default labels
             * @enum {string}
             */
            target: "labels" | "network";
            /**
             * Kind
             * @description `logistic` regression; `ridge` regression, which is faster and gives predictions only; or `translator`: the network's own head after an affine change of the channels, fitted to the network's distribution, in the last stage only.
             * @default logistic
             * @enum {string}
             */
            kind: "logistic" | "ridge" | "translator";
            /**
             * Lambda
             * @description λ, the penalty on the weights; default: 0.01, for ridge the one of 0.0001 to 10 with the lowest leave-one-out error, and 0 for translators.
             */
            lambda?: number | null;
        } & (unknown | unknown);
        /** ProbesResult */
        ProbesResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Per Image
             * @description The values of each image by name, if asked for.
             */
            per_image?: {
                [key: string]: components["schemas"]["PerImage"];
            } | null;
            /**
             * Target
             * @description As requested; that of translators is the network.
             */
            target: string;
            /**
             * Kind
             * @description As requested.
             */
            kind: string;
            /**
             * Positions
             * @description The hidden states that are read.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Accuracy
             * @description Share of images whose class the probe tells.
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
             * Agreement
             * @description Share of images for which the probe gives the network's prediction.
             */
            agreement: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Loss
             * @description Mean cross-entropy of the probe.
             */
            loss: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Entropy
             * @description Mean entropy of the probe.
             */
            entropy: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Divergence
             * @description Mean KL(network ‖ probe).
             */
            divergence: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Feature Count
             * @description Number of features; those that are constant are left out.
             */
            feature_count: number[];
            /**
             * Penalties
             * @description λ, as requested or chosen.
             */
            penalties: (number | ("Infinity" | "-Infinity") | null)[];
            /** @description The network itself. */
            output: components["schemas"]["Accuracy"];
            /** @description Rank correlation of position and accuracy. */
            trend: components["schemas"]["Estimate"];
            /** @description Accuracy of the last position's probe minus the network's. */
            last_gain: components["schemas"]["Estimate"];
            /**
             * Fit Samples
             * @description Number of training images that the probes are fitted on.
             */
            fit_samples: number;
            /**
             * Notes
             * @description What limits the fit, such as classes without a fit image.
             */
            notes: string[];
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
         * Reason
         * @description Why a field has no value at some places.
         */
        Reason: {
            /**
             * Field
             * @description The field, or `stages.correlation` for a field of the records in `stages`.
             */
            field: string;
            /**
             * At
             * @description The positions along the field's axis, from 0; of a matrix, its empty rows.
             */
            at: number[];
            /** Reason */
            reason: string;
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
        /** Replacement */
        Replacement: {
            /**
             * Name
             * @description `epoch 10`, the checkpoint, or `random`: the mean over draws.
             */
            name: string;
            /**
             * Checkpoint
             * @description As requested; empty for `random`.
             */
            checkpoint: string;
            /**
             * Epoch
             * @description Null if it isn't known, and for `random`.
             */
            epoch: number | null;
            /**
             * Robust
             * @description Share of the blocks that keep the shape with which the accuracy falls by less than 5 points.
             */
            robust: number | ("Infinity" | "-Infinity") | null;
            /**
             * Robust Interval
             * @description 95 % Wilson interval of that share.
             */
            robust_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Worst
             * @description The most that the accuracy falls with one of these blocks.
             */
            worst: number | ("Infinity" | "-Infinity") | null;
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
            /**
             * Depth
             * @description Prediction depth: number of blocks after which the answer is settled; more than there are blocks if no hidden state settles it. Null without `depth`.
             */
            depth: number | null;
            /**
             * Confusion
             * @description Σ ‖p − p_out‖₁ over the probes of all hidden states; null without `depth`.
             */
            confusion: number | ("Infinity" | "-Infinity") | null;
            /**
             * Spoiled By
             * @description The block after which the probes are wrong for good, of a spoiled image; null if the last one is still right.
             */
            spoiled_by: number | null;
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
         * @description One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block, and the loss ledger.
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
            /**
             * Depth
             * @description Whether prediction depth and probes are computed, too, as by `prediction-depth` and `probes`. They are fitted to training images, which takes longer.
             * @default false
             */
            depth: boolean;
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
             * @description The same with the head applied to h.
             */
            cosine_loss_plugged: (number | ("Infinity" | "-Infinity") | null)[];
            /** @description Change of the loss by each block of the last stage, as by `ledger`. */
            ledger: components["schemas"]["ImageLedger"];
            /** @description What linear probes say at every hidden state. */
            probes: components["schemas"]["ImageProbes"];
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
             * @description The images that are listed; the sizes of all groups are counted, those of the last two only with `depth`. `settled-late`: the prediction depth is after the reference block. `spoiled`: a linear probe of the class gets the image right at some hidden state, and the network wrong.
             * @default all
             * @enum {string}
             */
            group: "all" | "borderline" | "corrected" | "overthought" | "misclassified" | "correct" | "settled-late" | "spoiled";
            /**
             * Class
             * @description Only images of this true class (index).
             */
            class?: number | null;
            /**
             * Block
             * @description Reference block of `borderline`, `corrected` and `settled-late`; default: the first of the last five blocks.
             */
            block?: number | null;
            /**
             * Corrected By
             * @description With the group `corrected`: only images that this block of the last stage corrected, that is, wrong after the previous block and right from this block on. `block` then affects `borderline` only.
             */
            corrected_by?: number | null;
            /**
             * Spoiled By
             * @description With the group `spoiled`: only images that this block spoiled, that is, the probe is right before it, and wrong after it and every later one.
             */
            spoiled_by?: number | null;
            /**
             * Depth
             * @description Whether prediction depth and probes are computed, as by `prediction-depth`, and `overthinking` with `exits=all`: the groups `settled-late` and `spoiled` and the orders `depth` and `confusion` need them. They are fitted to training images, which takes longer.
             * @default false
             */
            depth: boolean;
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
            sort: "margin" | "loss" | "index" | "depth" | "confusion";
            /**
             * Descending
             * @description Whether the order is descending.
             * @default false
             */
            descending: boolean;
            /**
             * Offset
             * @description Number of images to skip.
             * @default 0
             */
            offset: number;
            /**
             * Count
             * @description Maximum number of images that are listed.
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Group
             * @description As requested.
             */
            group: string;
            /**
             * Reference
             * @description The block that borderline, corrected and settled-late refer to.
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
             * Spoiled By
             * @description One entry per block; empty without `depth`.
             */
            spoiled_by: components["schemas"]["SpoiledBy"][];
            /**
             * Class Names
             * @description By index.
             */
            class_names: string[];
            /**
             * Notes
             * @description What limits depth and probes, such as few training images.
             */
            notes: string[];
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
        /** SeedAnswer */
        SeedAnswer: {
            /** Run */
            run: string;
            /** Stored */
            stored: boolean;
            /**
             * Request
             * @description The body for POST /probe/{probe}.
             */
            request: {
                [key: string]: unknown;
            };
        };
        /**
         * SeparationOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        SeparationOverEpochs: {
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
            answers: components["schemas"]["SeparationResult"][];
        };
        /**
         * SeparationRequest
         * @description The scatter within classes against that between class means, at each position.
         * @example {
         *       "checkpoint": "latest",
         *       "limit": 5000,
         *       "split": "train"
         *     }
         */
        SeparationRequest: {
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
             * @description The split that is measured; the law is about training images.
             * @default train
             * @enum {string}
             */
            split: "train" | "validation";
            /**
             * Limit
             * @description Number of images sampled from the split; null for all.
             * @default 5000
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
             * Features
             * @description What is read of a hidden state. `gap`: its mean over pixels or tokens; `halves`: standardised per channel, the means of its positive and of its negative part; `flat`: all of it; `auto`: gap in post-activation networks, halves in others.
             * @default auto
             * @enum {string}
             */
            features: "auto" | "gap" | "halves" | "flat";
        } & (unknown | unknown);
        /** SeparationResult */
        SeparationResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Positions
             * @description The states r_0 to r_L.
             */
            positions: components["schemas"]["Position"][];
            /**
             * Features
             * @description What was read of the states: gap, halves or flat.
             */
            features: string;
            /**
             * Separation
             * @description D = tr(SS_w SS_b⁺): small where classes are tight and far apart.
             */
            separation: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Separation Interval
             * @description 95 % jackknife interval over images.
             */
            separation_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Nc1
             * @description tr(Σ_W Σ_B⁺)/K with equally weighted classes.
             */
            nc1: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Angle
             * @description max |cos + 1/(K − 1)| over pairs of class means; 0 for a simplex.
             */
            angle: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Nearest Mean Agreement
             * @description Share of images whose nearest class mean is the network's answer.
             */
            nearest_mean_agreement: (number | ("Infinity" | "-Infinity") | null)[];
            /**
             * Nearest Mean Agreement Interval
             * @description 95 % Wilson interval of that share.
             */
            nearest_mean_agreement_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][];
            /**
             * Dimension
             * @description d, the number of features.
             */
            dimension: number[];
            /**
             * Rank
             * @description Directions between class means that count, of at most min(K − 1, d).
             */
            rank: number[];
            /**
             * Correlation
             * @description r(l, log D) over all positions.
             */
            correlation: number | ("Infinity" | "-Infinity") | null;
            /**
             * Correlation Interval
             * @description Its 95 % jackknife interval over images.
             */
            correlation_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Rate
             * @description ρ of D_l ≈ ρ^l D_0 over all positions.
             */
            rate: number | ("Infinity" | "-Infinity") | null;
            /**
             * Stages
             * @description The law within each stage.
             */
            stages: components["schemas"]["StageLaw"][];
            /**
             * Classes
             * @description K, the number of classes with at least two images.
             */
            classes: number;
            /**
             * Left Out
             * @description Classes with fewer than two images, which are left out.
             */
            left_out: string[];
            /**
             * Small Classes
             * @description Classes with fewer than 100 images: the noise of their means lowers D, most where it is large.
             */
            small_classes: string[];
            /**
             * Few Images
             * @description Whether there are fewer than 10·min(d, K) images at some position.
             */
            few_images: boolean;
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
        /** SpanResult */
        SpanResult: {
            /**
             * Span
             * @description The arrangement, and the first and the last block.
             */
            span: string;
            /**
             * Arrangement
             * @enum {string}
             */
            arrangement: "reversed" | "parallel";
            /** First */
            first: number;
            /** Last */
            last: number;
            /**
             * Kendall Tau
             * @description Rank correlation of the order with the trained one.
             */
            kendall_tau: number | ("Infinity" | "-Infinity") | null;
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
        /** SpoiledBy */
        SpoiledBy: {
            /** Block */
            block: number;
            /**
             * Count
             * @description Number of images whose probe is right before this block, and wrong after it and every later one.
             */
            count: number;
        };
        /** SpoiledImage */
        SpoiledImage: {
            /** Index */
            index: number;
            /** Label */
            label: number;
            /** Prediction */
            prediction: number;
            /**
             * First Right
             * @description The first position whose exit is right.
             */
            first_right: number;
            /** Confusion */
            confusion: number | ("Infinity" | "-Infinity") | null;
        };
        /** StageAlignment */
        StageAlignment: {
            /** Stage */
            stage: number;
            /**
             * Steps
             * @description n, the number of blocks that keep the shape.
             */
            steps: number;
            /**
             * Coupling
             * @description Mean c_ij over pairs of different blocks and images; 1 is perfect.
             */
            coupling: number | ("Infinity" | "-Infinity") | null;
            /**
             * Coupling Interval
             * @description 95 % bootstrap interval over images, as all of this stage.
             */
            coupling_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Inverse Fit
             * @description Mean correlation of 1/s_1 with the block's index, among blocks that keep the shape.
             */
            inverse_fit: number | ("Infinity" | "-Infinity") | null;
            /** Inverse Fit Interval */
            inverse_fit_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Cosine
             * @description Mean cos(e_i, e_{i+1}) of successive steps.
             */
            cosine: number | ("Infinity" | "-Infinity") | null;
            /** Cosine Interval */
            cosine_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Line Shape
             * @description Mean LSS: 1 on a line, √n for orthogonal steps.
             */
            line_shape: number | ("Infinity" | "-Infinity") | null;
            /**
             * Line Shape Share
             * @description Mean LSS / √n; below 1: straighter than orthogonal steps.
             */
            line_shape_share: number | ("Infinity" | "-Infinity") | null;
            /** Line Shape Share Interval */
            line_shape_share_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Tortuosity
             * @description Mean length of the path, divided by the distance of its ends.
             */
            tortuosity: number | ("Infinity" | "-Infinity") | null;
            /**
             * Spacing
             * @description Mean of the steps' std ‖e‖ / mean ‖e‖; 0: equispaced.
             */
            spacing: number | ("Infinity" | "-Infinity") | null;
            /**
             * Undefined
             * @description Number of images without a line shape.
             */
            undefined: number;
        };
        /** StageBias */
        StageBias: {
            /** Stage */
            stage: number;
            /**
             * Bias
             * @description mean_c |μ_c| of the error after the stage's first block.
             */
            bias: number | ("Infinity" | "-Infinity") | null;
            /**
             * Spread
             * @description mean_c σ_c of that error.
             */
            spread: number | ("Infinity" | "-Infinity") | null;
            /**
             * Ratio
             * @description √Σμ² / √Σσ² of that error.
             */
            ratio: number | ("Infinity" | "-Infinity") | null;
            /**
             * Ratio Interval
             * @description 95 % bootstrap interval over images.
             */
            ratio_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Falling
             * @description Number of these blocks at which the spread falls.
             */
            falling: number;
            /**
             * Steps
             * @description Number of blocks between the stage's first and last. At the last one the spread falls to 0 by definition.
             */
            steps: number;
        };
        /**
         * StageBlocks
         * @description The blocks of a stage that keep the shape.
         */
        StageBlocks: {
            /** Stage */
            stage: number;
            /**
             * Shown
             * @description Its blocks that keep the shape, such as `1..5`; empty if it has none.
             */
            shown: string;
            /**
             * Count
             * @description The number of these blocks.
             */
            count: number;
        };
        /** StageLaw */
        StageLaw: {
            /** Stage */
            stage: number;
            /**
             * Positions
             * @description Number of positions of the stage.
             */
            positions: number;
            /**
             * Correlation
             * @description r(l, log D) within the stage.
             */
            correlation: number | ("Infinity" | "-Infinity") | null;
            /**
             * Correlation Interval
             * @description 95 % jackknife interval over images.
             */
            correlation_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /**
             * Rate
             * @description ρ: the factor on D from one position to the next.
             */
            rate: number | ("Infinity" | "-Infinity") | null;
        };
        /** StageRunResult */
        StageRunResult: {
            /**
             * Run
             * @description first: only the first `count` blocks; last: only the last; more: all, and more steps.
             */
            run: string;
            /** Stage */
            stage: number;
            /** Count */
            count: number;
            /**
             * Depth
             * @description Blocks run, from the trained depth: count − n, or the additional steps.
             */
            depth: number;
            /** Accuracy */
            accuracy: number | ("Infinity" | "-Infinity") | null;
            /** Accuracy Interval */
            accuracy_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ];
            /** Loss */
            loss: number | ("Infinity" | "-Infinity") | null;
            /**
             * Towards Chance
             * @description x: 0 with the untouched network's error, 1 at chance.
             */
            towards_chance: number | ("Infinity" | "-Infinity") | null;
        };
        /** StudiedRun */
        StudiedRun: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Network
             * @description Such as "ResNet-56 on digits".
             */
            network: string;
        };
        /** StudiedSeed */
        StudiedSeed: {
            /** Run */
            run: string;
            /** Name */
            name: string;
            /** Seed */
            seed: number | null;
        };
        /**
         * SubstituteOverEpochs
         * @description The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run.
         */
        SubstituteOverEpochs: {
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
            answers: components["schemas"]["SubstituteResult"][];
        };
        /**
         * SubstituteRequest
         * @description One block's branch on another's input, for all pairs of blocks of a stage that keep the shape.
         * @example {
         *       "checkpoint": "latest",
         *       "full": false,
         *       "limit": 500,
         *       "split": "validation"
         *     }
         */
        SubstituteRequest: {
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
             * Full
             * @description Whether to also run the network with each block in place of each other one of its stage, for the accuracy. That takes half a forward pass for each pair: 450 passes for three stages of 18 blocks.
             * @default false
             */
            full: boolean;
        } & (unknown | unknown);
        /** SubstituteResult */
        SubstituteResult: {
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
            provenance: components["schemas"]["Provenance"];
            /**
             * Full
             * @description Whether every substitution was run.
             */
            full: boolean;
            /**
             * Stages
             * @description The blocks of each stage that keep the shape.
             */
            stages: components["schemas"]["StageBlocks"][];
            /**
             * Difference
             * @description Row i, column j: mean ‖F_j(h_i) − F_i(h_i)‖ / ‖F_i(h_i)‖.
             */
            difference: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Cosine
             * @description Row i, column j: mean cos(F_j(h_i), F_i(h_i)).
             */
            cosine: (number | ("Infinity" | "-Infinity") | null)[][];
            /**
             * Undefined
             * @description Number of pairs and images without a value, because a branch gives zero.
             */
            undefined: number;
            /**
             * Nearness
             * @description Spearman's correlation of the cosine with −|i − j|: positive if neighbours fit better.
             */
            nearness: (number | ("Infinity" | "-Infinity") | null)[];
            /** @description The untouched network; null unless `full`. */
            baseline: components["schemas"]["Accuracy"] | null;
            /**
             * Dropped
             * @description Accuracy without the block; null unless `full`.
             */
            dropped: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Accuracy
             * @description Accuracy with block j in place of block i; null unless `full`.
             */
            accuracy: (number | ("Infinity" | "-Infinity") | null)[][] | null;
            /**
             * Loss
             * @description Loss with block j in place of block i; null unless `full`.
             */
            loss: (number | ("Infinity" | "-Infinity") | null)[][] | null;
            /**
             * Gain
             * @description Accuracy with block j in place of block i − accuracy without block i; null unless `full`.
             */
            gain: (number | ("Infinity" | "-Infinity") | null)[][] | null;
            /**
             * Mean Gain
             * @description Mean gain over pairs of different blocks.
             */
            mean_gain: (number | ("Infinity" | "-Infinity") | null)[] | null;
            /**
             * Mean Gain Interval
             * @description 95 % bootstrap interval over images.
             */
            mean_gain_interval: [
                number | ("Infinity" | "-Infinity") | null,
                number | ("Infinity" | "-Infinity") | null
            ][] | null;
            /**
             * Accuracy Nearness
             * @description Spearman's correlation of the accuracy with −|i − j|, over pairs of different blocks.
             */
            accuracy_nearness: (number | ("Infinity" | "-Infinity") | null)[] | null;
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
        /** SurrogateResult */
        SurrogateResult: {
            /**
             * Segments
             * @description The blocks of each segment, such as `1..4 | 5..8`.
             */
            segments: string;
            /**
             * Stage
             * @description The stage that is replaced; null for all of them at once.
             */
            stage: number | null;
            /**
             * K
             * @description Number of segments in the stage; at most that in each, if all are replaced.
             */
            k: number;
            /**
             * Chosen
             * @description The block that runs alone in each segment.
             */
            chosen: string;
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
             * @description The training images on which scale `auto` chooses the factor. `sample`: 256 of all. `half`: 256 of every second training image of `limit`; with the split `train`, only the other half is then measured.
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
            /**
             * Reasons
             * @description Where values are undefined for all images, and why; absent in results of older versions.
             * @default []
             */
            reasons: components["schemas"]["Reason"][];
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
        /** WorkMeasurement */
        WorkMeasurement: {
            /** Key */
            key: string;
            /** Probe */
            probe: string;
            /** Title */
            title: string;
            /** Summary */
            summary: string;
            /** Formula */
            formula: string;
            /** Citation */
            citation: string;
            /**
             * Panels
             * @description The panels of the answer that show the finding.
             */
            panels: components["schemas"]["DrawnPanel"][];
            /**
             * Request
             * @description The body for POST /probe/{probe} for the run; null if it can't be measured.
             */
            request: {
                [key: string]: unknown;
            } | null;
            /**
             * Stored
             * @description Whether the run's answer is stored.
             */
            stored: boolean;
            /**
             * Seeds
             * @description The run and its other seeds.
             */
            seeds: components["schemas"]["SeedAnswer"][];
        };
        /** WorkOnRun */
        WorkOnRun: {
            /** Id */
            id: string;
            /** Authors */
            authors: string;
            /**
             * Source
             * @description Where its definitions are from; "after" one whose formula we have not read.
             */
            source: string;
            /** Title */
            title: string;
            /** Question */
            question: string;
            /** Finding */
            finding: string;
            /** Measurements */
            measurements: components["schemas"]["WorkMeasurement"][];
            /**
             * Claims
             * @description Ids of its claims.
             */
            claims: string[];
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
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
    probe_probes_probe_probes_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProbesRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbesResult"] | components["schemas"]["ProbesOverEpochs"];
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
    probe_exits_probe_exits_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExitsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExitsResult"] | components["schemas"]["ExitsOverEpochs"];
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
    probe_prediction_depth_probe_prediction_depth_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PredictionDepthRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionDepthResult"] | components["schemas"]["PredictionDepthOverEpochs"];
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
    probe_overthinking_probe_overthinking_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverthinkingRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverthinkingResult"] | components["schemas"]["OverthinkingOverEpochs"];
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
    probe_ledger_probe_ledger_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LedgerRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerResult"] | components["schemas"]["LedgerOverEpochs"];
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
    probe_effective_depth_probe_effective_depth_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EffectiveDepthRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EffectiveDepthResult"] | components["schemas"]["EffectiveDepthOverEpochs"];
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
    probe_cka_probe_cka_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CkaRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CkaResult"] | components["schemas"]["CkaOverEpochs"];
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
    probe_criticality_probe_criticality_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CriticalityRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CriticalityResult"] | components["schemas"]["CriticalityOverEpochs"];
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
    probe_substitute_probe_substitute_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubstituteRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubstituteResult"] | components["schemas"]["SubstituteOverEpochs"];
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
    probe_phases_probe_phases_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhasesRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhasesResult"] | components["schemas"]["PhasesOverEpochs"];
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
    probe_iterative_convergence_probe_iterative_convergence_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IterativeConvergenceRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IterativeConvergenceResult"] | components["schemas"]["IterativeConvergenceOverEpochs"];
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
    probe_separation_probe_separation_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeparationRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeparationResult"] | components["schemas"]["SeparationOverEpochs"];
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
    probe_lesions_probe_lesions_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LesionsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LesionsResult"] | components["schemas"]["LesionsOverEpochs"];
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
    probe_path_lengths_probe_path_lengths_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PathLengthsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PathLengthsResult"] | components["schemas"]["PathLengthsOverEpochs"];
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
    probe_fixed_point_probe_fixed_point_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FixedPointRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FixedPointResult"] | components["schemas"]["FixedPointOverEpochs"];
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
    probe_gain_probe_gain_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GainRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GainResult"] | components["schemas"]["GainOverEpochs"];
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
    probe_alignment_probe_alignment_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlignmentRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlignmentResult"] | components["schemas"]["AlignmentOverEpochs"];
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
    probe_estimation_bias_probe_estimation_bias_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EstimationBiasRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EstimationBiasResult"] | components["schemas"]["EstimationBiasOverEpochs"];
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
    probe_intrinsic_dimension_probe_intrinsic_dimension_post: {
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
                /** @description Seconds: the job is cancelled once nobody has read its state or events for so long; otherwise it runs to its end. */
                "Iterscope-Lease"?: number | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IntrinsicDimensionRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntrinsicDimensionResult"] | components["schemas"]["IntrinsicDimensionOverEpochs"];
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
    literature_literature_get: {
        parameters: {
            query?: {
                /** @description The run whose network is shown; default: the one with the most stored answers, else the newest. */
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
                    "application/json": components["schemas"]["Literature"];
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
}
