# Draws figure11.pdf and figure11.svg: run `gnuplot figure11.gp` in the folder of this file.
set encoding utf8

# CV = 8, 0.6 req/s: centre of the bar, value
$panel1_series1_precomputed << END
-0.3 52.0
0.7 45.0
1.7 91.5
END
$panel1_series2_paper << END
-0.1 60.6
0.9 48.1
1.9 99.6
END
$panel1_series3_own << END
0.1 83.0
1.1 77.0
2.1 96.0
END
$panel1_series4_paper << END
0.3 89.5
1.3 83.0
2.3 99.1
END
# Left end, value and width of each mark
$panel1_marks << END
-0.384 51.8 0.168
0.016 83.5 0.168
0.616 45.0 0.168
1.016 76.6 0.168
1.616 91.5 0.168
2.016 97.3 0.168
END
# Centre, lower end and length of each error bar
$panel1_error_bars << END
0.1 75.547587 14.904826
1.1 69.547587 14.904826
2.1 88.547587 14.904826
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,3.5in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,336 background '#ffffff'
  }
  set output 'figure11.'.format
  set multiplot
  set style data boxes
  set boxwidth 0.18 absolute
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.061111
  set rmargin at screen 0.991667
  set bmargin at screen 0.079365
  set tmargin at screen 0.793651
  set title 'CV = 8, 0.6 req/s' offset 0,-0.5
  set ylabel 'TTFT SLO attainment (%)' offset 1,0
  set xrange [-0.5:2.5]
  set yrange [0:111.840447]
  set xtics scale 0 font 'DejaVu Sans,8' ('chatbot' 0, 'code' 1, 'summarization' 2)
  set ytics scale 0.5
  unset label
  unset object
  unset arrow
  set label '52.0' at -0.3,55.883349 center font 'DejaVu Sans,6.5' front
  set label '60.6' at -0.1,64.483349 center font 'DejaVu Sans,6.5' front
  set label '83.0' at 0.1,94.335762 center font 'DejaVu Sans,6.5' front
  set label '89.5' at 0.3,93.383349 center font 'DejaVu Sans,6.5' front
  set label '45.0' at 0.7,48.883349 center font 'DejaVu Sans,6.5' front
  set label '48.1' at 0.9,51.983349 center font 'DejaVu Sans,6.5' front
  set label '77.0' at 1.1,88.335762 center font 'DejaVu Sans,6.5' front
  set label '83.0' at 1.3,86.883349 center font 'DejaVu Sans,6.5' front
  set label '91.5' at 1.7,95.383349 center font 'DejaVu Sans,6.5' front
  set label '99.6' at 1.9,103.483349 center font 'DejaVu Sans,6.5' front
  set label '96.0' at 2.1,107.335762 center font 'DejaVu Sans,6.5' front
  set label '99.1' at 2.3,102.983349 center font 'DejaVu Sans,6.5' front
  set object rectangle from screen 0.20484,screen 0.938492 to screen 0.227063,screen 0.970238 front fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'Serverless vLLM' at screen 0.232618,screen 0.954365 left
  set object rectangle from screen 0.359813,screen 0.938492 to screen 0.382035,screen 0.970238 front fc rgb '#814e01' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'ServerlessLLM' at screen 0.38759,screen 0.954365 left
  set object rectangle from screen 0.50291,screen 0.938492 to screen 0.525132,screen 0.970238 front fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe' at screen 0.530688,screen 0.954365 left
  set object rectangle from screen 0.621632,screen 0.938492 to screen 0.643854,screen 0.970238 front fc rgb '#77e3fd' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'HydraServe with cache' at screen 0.64941,screen 0.954365 left
  set object rectangle from screen 0.047229,screen 0.878968 to screen 0.069451,screen 0.910714 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set label 'own run (simulated)' at screen 0.075007,screen 0.894841 left
  set object rectangle from screen 0.220076,screen 0.878968 to screen 0.242299,screen 0.910714 front fc rgb '#555555' fs solid 1 border lc rgb '#222222' lw 0.6
  set object rectangle from screen 0.220076,screen 0.878968 to screen 0.242299,screen 0.910714 front fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6
  set label 'precomputed (simulated)' at screen 0.247854,screen 0.894841 left
  set object rectangle from screen 0.423424,screen 0.878968 to screen 0.445646,screen 0.910714 front fc rgb '#555555' fs empty border lc rgb '#555555' lw 1.6
  set label 'paper''s value, not run' at screen 0.451201,screen 0.894841 left
  set arrow from screen 0.608021,screen 0.894841 to screen 0.630243,screen 0.894841 nohead front lc rgb '#000000' lw 1.5
  set label 'paper' at screen 0.635799,screen 0.894841 left
  set arrow from screen 0.701104,screen 0.875 to screen 0.701104,screen 0.914683 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.697632,screen 0.875 to screen 0.704576,screen 0.875 nohead back lc rgb '#222222' lw 0.9
  set arrow from screen 0.697632,screen 0.914683 to screen 0.704576,screen 0.914683 nohead back lc rgb '#222222' lw 0.9
  set label '95 % interval of the mean over seeds' at screen 0.717771,screen 0.894841 left
  plot $panel1_series1_precomputed using 1:2 with boxes fc rgb '#3b2d82' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series1_precomputed using 1:2 with boxes fc rgb '#ffffff' fs transparent pattern 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series2_paper using 1:2 with boxes fc rgb '#814e01' fs empty border lc rgb '#814e01' lw 1.6, \
    $panel1_series3_own using 1:2 with boxes fc rgb '#c7b828' fs solid 1 border lc rgb '#222222' lw 0.6, \
    $panel1_series4_paper using 1:2 with boxes fc rgb '#77e3fd' fs empty border lc rgb '#77e3fd' lw 1.6, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#ffffff' lw 4, \
    $panel1_marks using 1:2:3:(0) with vectors nohead lc rgb '#000000' lw 1.5, \
    $panel1_error_bars using 1:2:(0):3 with vectors heads size screen 0.003,90 lc rgb '#ffffff' lw 2.4, \
    $panel1_error_bars using 1:2:(0):3 with vectors heads size screen 0.003,90 lc rgb '#222222' lw 0.9
  unset multiplot
  unset output
}
